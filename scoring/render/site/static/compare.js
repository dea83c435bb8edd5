// -- compare -----------------------------------------------------------------------------------------------------------

/** The countries compared, at least two: where fewer are chosen, the first of the ranking. */
function comparedCodes(state, view) {
  const chosen = [...new Set([state.country, ...state.others].filter(Boolean))].slice(0, about.compared.length);
  for (const row of byRank(view)) {
    if (chosen.length >= 2) break;
    if (!chosen.includes(codes[row])) chosen.push(codes[row]);
  }
  return chosen;
}

function showCompare(view, state, day, detail) {
  const chosen = comparedCodes(state, view);
  const rows = chosen.map((code) => codes.indexOf(code));
  $$('#others select').forEach((select, place) => { select.value = chosen[place] ?? ''; });
  const yours = state.weights && !state.pillar;
  $('#compared').replaceChildren(
    figuresTable(rows, view, state, day),
    chancesTable(rows, view, state, detail),
    ...rows.slice(1).map((other) => driversOf(rows[0], other, view, state, day, detail)),
    element('p', { class: 'note' }, yours
      ? `Your weights; intervals and probabilities from ${about.tried} draws under these weights.`
      : `Published weights, as of ${state.date}; intervals and probabilities from ${about.draws}`),
    ...day.notes.map((note) => element('p', { class: 'note' }, note)),
  );
}

function table(caption, heads, lines, name = '') {
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element('table', { class: name }, element('caption', {}, caption),
      element('thead', {}, element('tr', {}, heads.map((head) => element('th', { scope: 'col' }, head)))),
      element('tbody', {}, lines.map(([first, ...cells]) => element('tr', {},
        element('th', { scope: 'row' }, first), cells.map((cell) => element('td', {}, cell)))))));
}

function figuresTable(rows, view, state, day) {
  const shown = [[state.pillar ? about.pillars.find(([id]) => id === state.pillar)[1] : 'Index', view, !state.pillar],
    ...(state.pillar ? [] : about.pillars.map(([, label], child) => [label, day.views[child + 1], false]))];
  return element('section', {}, element('h2', {}, 'Figures'), table(
    `Estimate; ${about.bounds ? 'range, the evidence bounds (thin line); ' : ''}${about.drawn} of the draws (thick line)`,
    ['Part', ...rows.map((row) => names.get(codes[row]))],
    shown.map(([label, columns, isIndex]) => [label, ...rows.map((row) => {
      const text = estimateText(columns, row, isIndex);
      const estimate = shownEstimate(columns, row, isIndex);
      return [element('b', {}, estimate === null ? text : datum(estimate, text)), ' ',
        element('small', {}, about.bounds ? `${points(columns.low[row])}–${points(columns.high[row])}` : ''),
        newBar(columns.low[row], columns.high[row], columns.drawnLow[row], columns.drawnHigh[row], estimate)];
    })]), 'figures'));
}

/** P(row above column) in the view. */
function chancesOf(view, state, detail) {
  if (view.above) return view.above;
  const place = state.pillar ? 1 + about.pillars.findIndex(([id]) => id === state.pillar) : 0;
  view.above = aboveMatrix(detail.above[place], codes.length, about.places);
  return view.above;
}

function chancesTable(rows, view, state, detail) {
  const above = chancesOf(view, state, detail);
  const alike = alikeIn(view);
  return element('section', {}, element('h2', {}, 'Probability that one lies above the other'), table(
    `P(row above column). ${about.order}`,
    ['Above', ...rows.map((row) => names.get(codes[row]))],
    rows.map((row) => [names.get(codes[row]), ...rows.map((other) => {
      if (row === other) return '';
      const chance = above[row * codes.length + other];
      return element(alike(row, other) || Number.isNaN(chance) ? 'span' : 'b', {}, datum(Number.isNaN(chance) ? null : chance, probability(chance)));
    })]), 'chances'));
}

/** What drives the difference of the first country and another. */
function driversOf(first, second, view, state, day, detail) {
  const withheld = [first, second].filter((row) => shownEstimate(view, row, !state.pillar) === null);
  const title = element('h2', {}, `What drives the difference: ${names.get(codes[first])} and ${names.get(codes[second])}`);
  if (withheld.length) {
    return element('section', {}, title, element('p', {},
      `No difference is given: ${withheld.map((row) => names.get(codes[row])).join(' and ')} ${state.pillar ? 'without evidence' : 'withheld'}.`));
  }
  const difference = view.estimate[first] - view.estimate[second];
  const parts = [];
  if (!state.pillar) {
    const estimates = (row) => day.views.slice(1).map((pillar) => pillar.estimate[row]);
    const weights = state.weights ?? about.pillars.map(([, , , share]) => share);
    const found = shapley(estimates(first), estimates(second), weights, state.exponent ?? about.exponent);
    parts.push(table(
      `Shapley parts of the difference of ${names.get(codes[first])} and ${names.get(codes[second])}, ${signedPoints(difference, 2)} in all`,
      ['Pillar', names.get(codes[first]), names.get(codes[second]), 'Part of the difference'],
      about.pillars.map(([, label], child) => [label, ...[first, second].map((row) => points(shownEstimate(day.views[child + 1], row, false))),
        [datum(found[child], signedPoints(found[child], 2)), diverging(found[child], Math.max(...found.map(Math.abs)))]]), 'drivers'));
  }
  const sum = state.weights && !state.pillar ? state.weights.reduce((total, weight) => total + weight, 0) : null;
  const scale = (pillar) => {
    const child = about.pillars.findIndex(([id]) => id === pillar);
    if (state.pillar) return 1 / about.pillars[child][3];
    return sum === null ? 1 : state.weights[child] / sum / about.pillars[child][3];
  };
  const lines = detail.indicators
    .filter(([, pillar, , , isGroup, estimate]) => !isGroup && (!state.pillar || pillar === state.pillar)
      && estimate[first] !== null && estimate[second] !== null)
    .map(([, pillar, label, nominal, , estimate, stated]) => [label, ...[first, second].map((row) => (stated[row] === null ? null : estimate[row])),
      nominal * scale(pillar) * (estimate[first] - estimate[second])])
    .sort((a, b) => Math.abs(b[3]) - Math.abs(a[3]))
    .slice(0, about.shown.differing_indicators);
  const widest = Math.max(...lines.map((line) => Math.abs(line[3])));
  return element('section', {}, title, ...parts, table(
    `The ${lines.length} questions in which ${names.get(codes[first])} and ${names.get(codes[second])} differ most: the difference times the share of the ${state.pillar ? 'pillar' : 'index'}`,
    ['Question', names.get(codes[first]), names.get(codes[second]), 'Weighted'],
    lines.map(([label, a, b, weighted]) => [label, points(a), points(b),
      [datum(weighted, signedPoints(weighted, 2)), diverging(weighted, widest)]]), 'drivers'));
}

/** A bar to the left or right of a middle line. */
function diverging(value, widest) {
  const svg = document.createElementNS(SVG, 'svg');
  const width = widest ? Math.abs(value / widest) * 58 : 0;
  svg.setAttribute('class', 'diverging');
  svg.setAttribute('viewBox', '0 0 120 12');
  svg.setAttribute('aria-hidden', 'true');
  const bar = document.createElementNS(SVG, 'rect');
  Object.entries({ x: value < 0 ? 60 - width : 60, y: 2, width, height: 8, class: value < 0 ? 'less' : 'more' })
    .forEach(([key, one]) => bar.setAttribute(key, one));
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('class', 'axis');
  line.setAttribute('d', 'M60 0v12');
  svg.append(bar, line);
  return svg;
}
