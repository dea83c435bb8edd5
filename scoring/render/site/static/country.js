// -- page of a country -------------------------------------------------------------------------------------------------

let shownFragment = about.default;

async function showCountry(state) {
  if (state.date !== shownFragment) {
    const fragments = { [about.default]: defaultFragment, ...await load(`country/${state.country}`, `countries/${state.country}.js`) };
    if (state.date !== current.date) return; // a later choice was loaded first
    if (fragments[state.date]) $('#country').innerHTML = fragments[state.date]; // rendered by templates, which escape all text
    else $('#country').replaceChildren(element('h1', {}, names.get(state.country)), element('p', { class: 'finding' }, `No edition by ${longDate(state.date)}.`));
    shownFragment = state.date;
    keepQuery();
  }
  showPillar(state);
}

const defaultFragment = $('#country')?.innerHTML;

/** Show only the elements of the chosen pillar. */
function showPillar(state) {
  $$('[data-pillar]').forEach((node) => {
    node.hidden = state.pillar ? node.dataset.pillar !== state.pillar : 'more' in node.dataset;
  });
  $$('[data-part]').forEach((row) => row.classList.toggle('chosen', row.dataset.part === state.pillar));
}

/** Show the statements of a page that match the filters, and the questions that have any. */
function filterStatements(form) {
  const { text, counted, from, to } = Object.fromEntries(new FormData(form));
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const isFiltered = words.length || counted || from || to;
  const items = $$('.statements > li');
  let found = 0;
  for (const item of items) {
    const { year } = item.dataset;
    const matches = (!counted || ('counted' in item.dataset) === (counted === 'yes'))
      && (!from || (year && year >= from)) && (!to || (year && year <= to))
      && words.every((word) => item.textContent.toLowerCase().includes(word));
    item.classList.toggle('filtered', !matches);
    found += Number(matches);
  }
  $$('#country .question').forEach((node) => node.classList.toggle('filtered', Boolean(isFiltered) && !$('.statements > li:not(.filtered)', node)));
  $('[data-matches]', form).textContent = isFiltered ? `${found} of ${items.length} statements` : '';
}

document.addEventListener('input', (event) => {
  const form = event.target.closest('#statement-filters');
  if (form) filterStatements(form);
});
