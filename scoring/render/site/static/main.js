// -- from a choice to what is shown ------------------------------------------------------------------------------------

let current = readState();
let shownView = null;
let shownDate = about.default;
let shownOverview = drawnFrom({ date: about.default, pillar: '', weights: null, exponent: null });
const form = $('#selectors');

/** What the figures of the overview are made from. */
function drawnFrom({ date, pillar, weights, exponent }) {
  return JSON.stringify([date, pillar, weights, exponent]);
}

/** Show a state; what needs data that is not yet there waits for it. */
async function show(state) {
  current = state;
  form.elements.country.value = state.country;
  form.elements.pillar.value = state.pillar;
  form.elements.date.value = state.date;
  keepQuery();
  try {
    const day = await loadDay(state.date);
    const view = await currentView(state);
    const detail = ['compare', 'rubric'].includes(page) ? await loadDetail(state.date) : null;
    if (state !== current) return; // another choice was faster
    shownView = view;
    shownDate = state.date;
    $('#summary').replaceChildren(summaryOf(view, state), ...(state.country && page !== 'country' ? [' ', linkTo(state.country)] : []));
    if (page === 'overview') {
      if (drawnFrom(state) !== shownOverview) showOverview(view, state, day);
      shownOverview = drawnFrom(state);
      showChosen(state);
      showSliders(state, !state.pillar);
    }
    if (page === 'country') await showCountry(state);
    if (page === 'compare') showCompare(view, state, day, detail);
    if (page === 'rubric') showRubric(state, detail);
    if (page === 'data') showData(state);
  } catch (error) {
    $('#summary').textContent = `${error.message}: is the folder of the site whole?`;
  }
  document.documentElement.classList.remove('waiting');
}

function linkTo(code) {
  return element('a', { href: `${home}countries/${code}.html${queryOf(current, code)}` }, `All of ${names.get(code)}`);
}

/** The figures of a country beside the questions. */
function showRubric(state, detail) {
  const row = codes.indexOf(state.country);
  const found = new Map(detail.indicators.map((one) => [one[0], one]));
  showPillar(state);
  for (const place of $$('[data-indicator]')) {
    const [, , , , , estimate, stated, information] = found.get(place.dataset.indicator);
    place.textContent = row < 0 ? '' : `${names.get(state.country)}: ${stated[row] === null ? NO_EVIDENCE : points(estimate[row])}, `
      + `stated ${points(stated[row])}, information ${unit(information[row])}`;
  }
}

function showData(state) {
  $$('[data-day]').forEach((one) => one.classList.toggle('other', one.dataset.day !== state.date));
  $$('tr[data-country]').forEach((one) => { one.hidden = Boolean(state.country) && one.dataset.country !== state.country; });
}

/** Links to other pages take the choice along. */
function keepQuery() {
  for (const link of $$('a[data-keep]')) {
    const [path] = link.getAttribute('href').split('?');
    const own = link.dataset.country ?? (/countries\/(\w+)\.html/.exec(path) ?? [])[1] ?? '';
    link.setAttribute('href', path + queryOf(own ? { ...current, country: own } : current, own));
  }
}

/** Put the state into the address; on a web host a country has its own, in a folder only the query may change. */
function remember(state, how) {
  const own = document.body.dataset.country ?? '';
  if (page === 'country') {
    try {
      history[how](null, '', `${state.country}.html${queryOf(state, state.country)}`);
      document.body.dataset.country = state.country;
      return;
    } catch { /* an address of a folder keeps its file */ }
  }
  history[how](null, '', location.pathname + queryOf(state, own));
}

function choose(change, how = 'pushState') {
  const state = { ...current, ...change };
  remember(state, how);
  return show(state);
}

form.addEventListener('change', (event) => choose({ [event.target.name]: event.target.value }));
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('popstate', () => {
  const own = /(\w+)\.html$/.exec(location.pathname);
  if (page === 'country' && own) document.body.dataset.country = own[1];
  show(readState());
});

if (page === 'overview') {
  makeSortable();
  let waiting = 0;
  $('#sliders').addEventListener('input', (event) => {
    const change = readSliders(current, event.target);
    if (!change) {
      $('#try-note').textContent = 'One pillar at least needs a weight.';
      return;
    }
    show({ ...current, ...change });
    clearTimeout(waiting); // browsers refuse an address that changes too often
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
  const pairs = $('#alike-list').parentElement;
  pairs.addEventListener('toggle', () => { if (pairs.open) listPairs(byRank(shownView), alikeIn(shownView)); });
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
  const wanted = field.value.trim().toLowerCase();
  const all = $$(field.dataset.filter);
  const shown = all.filter((one) => one.textContent.toLowerCase().includes(wanted));
  const kept = new Set(shown);
  all.forEach((one) => one.classList.toggle('unfound', !kept.has(one)));
  $('[data-found]', field.closest('.search')).textContent = wanted ? `${shown.length} of ${all.length}` : '';
});

globalThis.scoringCore = { points, unit, powerMean, shapley, reweigh, words };
show(current);
