// -- a country's page --------------------------------------------------------------------------------------------------

let shownFragment = `${document.body.dataset.country}/${about.default}`;

async function showCountry(state) {
  const wanted = `${state.country}/${state.date}`;
  if (wanted !== shownFragment) {
    const fragments = await load(`country/${state.country}`, `countries/${state.country}.js`);
    if (wanted !== `${current.country}/${current.date}`) return; // another choice was faster
    $('#country').innerHTML = fragments[state.date]; // made by the templates, which escape all text
    shownFragment = wanted;
    keepQuery();
  }
  showPillar(state);
  document.title = `${names.get(state.country)} · ${about.rubric.title}`;
}

/** Only what belongs to the chosen pillar. */
function showPillar(state) {
  $$('[data-pillar]').forEach((one) => {
    one.hidden = state.pillar ? one.dataset.pillar !== state.pillar : 'more' in one.dataset;
  });
  $$('[data-part]').forEach((one) => one.classList.toggle('chosen', one.dataset.part === state.pillar));
}
