// -- choices and their effect on the page ------------------------------------------------------------------------------

if (page === 'embed') {
  forward();
  return; // of the function that holds all scripts
}

let current = readState();
let shownView = null;
let shownDate = about.default;
let shownOverview = overviewKey({ date: about.default, pillar: '', weights: null, exponent: null });
const form = $('#selectors');
const ownSummary = $('#summary').textContent;

/** The part of the state that the figures of the overview depend on. */
function overviewKey({ date, pillar, weights, exponent }) {
  return JSON.stringify([date, pillar, weights, exponent]);
}

/** Show a state, after its data has been loaded. */
async function show(state) {
  current = state;
  form.elements.country.value = state.country;
  form.elements.pillar.value = state.pillar;
  form.elements.date.value = state.date;
  form.elements.pillar.disabled = !HAS_PILLAR;
  form.elements.date.disabled = !HAS_DAY;
  keepQuery();
  try {
    const day = await loadDay(state.date);
    const view = await currentView(state);
    const detail = ['compare', 'rubric'].includes(page) ? await loadDetail(state.date) : null;
    if (state !== current) return; // a later choice was loaded first
    shownView = view;
    shownDate = state.date;
    if (page === 'country' && !state.pillar && state.date === about.default) $('#summary').textContent = ownSummary;
    else {
      $('#summary').replaceChildren(summaryOf(view, state), ...(state.country && page !== 'country' ? [' ', linkTo(state.country)] : []));
    }
    if (state.weights && ['country', 'trend', 'matrix'].includes(page)) $('#summary').append(' This page shows the published weights.');
    if (page === 'overview') {
      if (overviewKey(state) !== shownOverview) showOverview(view, state, day);
      shownOverview = overviewKey(state);
      showChosen(state);
      showPictures(state);
      showSliders(state, !state.pillar);
    }
    if (page === 'country') await showCountry(state);
    if (page === 'compare') showCompare(view, state, day, detail);
    if (page === 'rubric') showRubric(state, detail);
    if (page === 'data') showData(state);
    if (['trend', 'matrix'].includes(page)) $$('tr[data-country]').forEach((tr) => tr.classList.toggle('chosen', tr.dataset.country === state.country));
    if (page === 'evidence') await showEvidence(state);
    if (document.documentElement.classList.contains('embed')) showOne();
  } catch (error) {
    $('#summary').textContent = `${error.message}: is the folder of the site complete?`;
  }
  document.documentElement.classList.remove('waiting');
}

/** Offer the pictures of the overview for what they show: the published index of the day with which the site opens. */
function showPictures(state) {
  const isDrawn = overviewKey(state) === overviewKey({ date: about.default, pillar: '', weights: null, exponent: null });
  $$('[data-save="png"], [data-save="svg"]').forEach((button) => { button.hidden = !isDrawn; });
}

function linkTo(code) {
  return element('a', { href: `${home}countries/${code}.html${queryOf(current, code)}` }, `Page of ${names.get(code)}`);
}

/** Show the figures of a country at each question. */
function showRubric(state, detail) {
  const row = codes.indexOf(state.country);
  const indicators = new Map(detail.indicators.map((indicator) => [indicator[0], indicator]));
  showPillar(state);
  for (const node of $$('[data-indicator]')) {
    const [, , , , , estimate, stated, information] = indicators.get(node.dataset.indicator);
    node.textContent = row < 0 ? '' : `${names.get(state.country)}: ${stated[row] === null ? NO_EVIDENCE : points(estimate[row])}, `
      + `evidence mean ${points(stated[row])}, information ${unit(information[row])}`;
  }
}

function showData(state) {
  $$('[data-day]').forEach((section) => section.classList.toggle('other', section.dataset.day !== state.date));
  $$('tr[data-country]').forEach((tr) => { tr.hidden = Boolean(state.country) && tr.dataset.country !== state.country; });
}

/** Add the state to the links to other pages. */
function keepQuery() {
  for (const link of $$('a[data-keep]')) {
    const [path] = link.getAttribute('href').split('?');
    const own = link.dataset.country ?? (/countries\/(\w+)\.html/.exec(path) ?? [])[1] ?? '';
    const kept = path.endsWith('index.html') || isPillarOf(current) ? current : { ...current, pillar: '' }; // other rubrics are in the overview only
    link.setAttribute('href', path + queryOf(own ? { ...kept, country: own } : kept, own));
  }
}

/** Put the state into the address. */
function remember(state, how) {
  history[how](null, '', location.pathname + queryOf(state, document.body.dataset.country ?? ''));
}

function choose(change, how = 'pushState') {
  const state = { ...current, ...change };
  if (page === 'country' && state.country !== document.body.dataset.country) {
    location.href = `${state.country}.html${queryOf(state, state.country)}`;
    return null;
  }
  remember(state, how);
  return show(state);
}

form.addEventListener('change', (event) => choose({ [event.target.name]: event.target.value }));
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('popstate', () => show(readState()));

if (page === 'overview') {
  makeSortable();
  let waiting = 0;
  $('#sliders').addEventListener('input', (event) => {
    const change = readSliders(current, event.target);
    if (!change) {
      $('#try-note').textContent = 'At least one pillar needs a weight.';
      return;
    }
    show({ ...current, ...change });
    clearTimeout(waiting); // browsers limit the rate of changes of the address
    waiting = setTimeout(() => remember(current, 'replaceState'), 200);
  });
  $('#sliders').addEventListener('submit', (event) => event.preventDefault());
  $('#published').addEventListener('click', () => {
    clearTimeout(waiting);
    choose({ weights: null, exponent: null });
  });
  $('#link').addEventListener('click', async (event) => {
    remember(current, 'replaceState');
    await copy(location.href, event.target);
  });
  $('#try').addEventListener('toggle', () => { if ($('#try').open) loadDraws(current.date).catch(() => {}); });
  const pairs = $('#pairs-list').parentElement;
  pairs.addEventListener('toggle', () => { if (pairs.open) listPairs(byRank(shownView).filter((row) => !isAbsent(shownView, row)), pairTest(shownView)); });
  $('#unfold')?.addEventListener('click', () => {
    $('#ranking').classList.remove('folded');
    $('#unfold').parentElement.hidden = true;
  });
  $('#try').open = Boolean(current.weights);
}

if (page === 'compare') {
  $('#others').addEventListener('change', () => {
    const chosen = [...new Set($$('#others select').map((select) => select.value).filter(Boolean))];
    choose({ country: chosen[0] ?? '', others: chosen.slice(1) });
  });
}

async function copy(text, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Select the text and copy it';
  }
  setTimeout(() => { button.textContent = before; }, 2000);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy]');
  if (button) copy($(button.dataset.copy).textContent.trim(), button);
});

document.addEventListener('input', (event) => {
  const field = event.target.closest('[data-filter]');
  if (!field) return;
  const text = field.value.trim().toLowerCase();
  const nodes = $$(field.dataset.filter);
  const matches = new Set(nodes.filter((node) => node.textContent.toLowerCase().includes(text)));
  nodes.forEach((node) => node.classList.toggle('filtered', !matches.has(node)));
  $('[data-matches]', field.closest('.search')).textContent = text ? `${matches.size} of ${nodes.length}` : '';
});

globalThis.scoringCore = { points, unit, powerMean, shapley, reweigh, unpackSteps };
if (page === 'evidence') prepareEvidence().then(() => show(current));
else show(current);
