// -- page of a country -------------------------------------------------------------------------------------------------

let shownFragment = `${document.body.dataset.country}/${about.default}`;

async function showCountry(state) {
  const requested = `${state.country}/${state.date}`;
  if (requested !== shownFragment) {
    const fragments = await load(`country/${state.country}`, `countries/${state.country}.js`);
    if (requested !== `${current.country}/${current.date}`) return; // a later choice was loaded first
    $('#country').innerHTML = fragments[state.date]; // rendered by templates, which escape all text
    shownFragment = requested;
    keepQuery();
  }
  showPillar(state);
  document.title = `${names.get(state.country)} · ${about.rubric.title}`;
}

/** Show only the elements of the chosen pillar. */
function showPillar(state) {
  $$('[data-pillar]').forEach((node) => {
    node.hidden = state.pillar ? node.dataset.pillar !== state.pillar : 'more' in node.dataset;
  });
  $$('[data-node]').forEach((row) => row.classList.toggle('chosen', row.dataset.node === state.pillar));
}
