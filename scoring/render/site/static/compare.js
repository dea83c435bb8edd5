// -- compare -----------------------------------------------------------------------------------------------------------

/** The countries compared. There are at least two: if fewer are chosen, the highest ranked are added. */
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
  $$('#others select').forEach((select, position) => { select.value = chosen[position] ?? ''; });
  const isCustom = state.weights && !state.pillar;
  $('#compared').replaceChildren(
    figuresTable(rows, view, state, day),
    probabilityTable(rows, view, state, detail),
    ...rows.slice(1).map((other) => contributionsOf(rows[0], other, view, state, day, detail)),
    element('p', { class: 'note' }, isCustom
      ? `Your weights; intervals and probabilities from ${about.draws} draws with these weights.`
      : `Published weights, as of ${longDate(state.date)}; intervals and probabilities from ${about.settings}`),
    ...day.notes.map((note) => element('p', { class: 'note' }, note)),
  );
}

function table(caption, headers, rows, name = '') {
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element('table', { class: name }, element('caption', {}, caption),
      element('thead', {}, element('tr', {}, headers.map((header) => element('th', { scope: 'col' }, header)))),
      element('tbody', {}, rows.map(([first, ...cells]) => element('tr', {},
        element('th', { scope: 'row' }, first), cells.map((cell) => element('td', {}, cell)))))));
}

function figuresTable(rows, view, state, day) {
  const shown = [[state.pillar ? about.pillars.find(([id]) => id === state.pillar)[1] : 'Index', view, !state.pillar],
    ...(state.pillar ? [] : about.pillars.map(([, label], child) => [label, day.views[child + 1], false]))];
  return element('section', {}, element('h2', {}, 'Figures'), table(
    `Estimate; ${about.hasBounds ? 'evidence bounds (thin line); ' : ''}${about.interval} (thick line)`,
    ['Index / pillar', ...rows.map((row) => names.get(codes[row]))],
    shown.map(([label, columns, isIndex]) => [label, ...rows.map((row) => {
      const text = estimateText(columns, row, isIndex);
      const estimate = shownEstimate(columns, row, isIndex);
      return [element('b', {}, estimate === null ? text : datum(estimate, text)), ' ',
        element('small', {}, about.hasBounds ? `${points(columns.low[row], columns.scale)}–${points(columns.high[row], columns.scale)}` : ''),
        newBar(columns.low[row], columns.high[row], columns.intervalLow[row], columns.intervalHigh[row], estimate)];
    })]), 'figures'));
}

/** P(row above column) in the view. */
function probabilities(view, state, detail) {
  if (view.above) return view.above;
  const index = state.pillar ? 1 + about.pillars.findIndex(([id]) => id === state.pillar) : 0;
  view.above = aboveMatrix(detail.above[index], codes.length, about.probabilitySteps);
  return view.above;
}

function probabilityTable(rows, view, state, detail) {
  const above = probabilities(view, state, detail);
  const isPair = pairTest(view);
  return element('section', {}, element('h2', {}, `Probability that one country scores ${about.better}`), table(
    `P(row above column). ${about.criterion}`,
    ['Above', ...rows.map((row) => names.get(codes[row]))],
    rows.map((row) => [names.get(codes[row]), ...rows.map((other) => {
      if (row === other) return '';
      const share = above[row * codes.length + other];
      return element(isPair(row, other) || Number.isNaN(share) ? 'span' : 'b', {}, datum(Number.isNaN(share) ? null : share, probability(share)));
    })]), 'probabilities'));
}

/** Contributions to the difference between the first country and another. */
function contributionsOf(first, second, view, state, day, detail) {
  const withheld = [first, second].filter((row) => shownEstimate(view, row, !state.pillar) === null);
  const title = element('h2', {}, `Contributions to the difference: ${names.get(codes[first])} and ${names.get(codes[second])}`);
  if (withheld.length) {
    return element('section', {}, title, element('p', {},
      `No difference is given: ${withheld.map((row) => names.get(codes[row])).join(' and ')} ${state.pillar ? 'without evidence' : 'withheld'}.`));
  }
  const difference = view.estimate[first] - view.estimate[second];
  const parts = [];
  if (!state.pillar) {
    const estimates = (row) => day.views.slice(1).map((pillar) => pillar.estimate[row]);
    const weights = state.weights ?? about.pillars.map(([, , , share]) => share);
    const contributions = shapley(estimates(first), estimates(second), weights, state.exponent ?? about.exponent, about.rule);
    parts.push(table(
      `Contributions of the pillars (Shapley values) to the difference between ${names.get(codes[first])} and ${names.get(codes[second])}, ${signedPoints(difference, 1)} in total`,
      ['Pillar', names.get(codes[first]), names.get(codes[second]), 'Contribution'],
      about.pillars.map(([, label], child) => [label, ...[first, second].map((row) => points(shownEstimate(day.views[child + 1], row, false), day.views[child + 1].scale)),
        [datum(contributions[child], signedPoints(contributions[child], 1)), diverging(contributions[child], Math.max(...contributions.map(Math.abs)))]]), 'contributions'));
  }
  const sum = state.weights && !state.pillar ? state.weights.reduce((total, weight) => total + weight, 0) : null;
  const scale = (pillar) => {
    const child = about.pillars.findIndex(([id]) => id === pillar);
    if (state.pillar) return 1 / about.pillars[child][3];
    return sum === null ? 1 : state.weights[child] / sum / about.pillars[child][3];
  };
  const indicators = detail.indicators
    .filter(([, pillar, , , isGroup, estimate]) => !isGroup && (!state.pillar || pillar === state.pillar)
      && estimate[first] !== null && estimate[second] !== null)
    .map(([, pillar, label, globalWeight, , estimate, stated, , own]) => [label, ...[first, second].map((row) => (stated[row] === null ? null : estimate[row])),
      globalWeight * scale(pillar) * (estimate[first] - estimate[second]), own])
    .sort((a, b) => Math.abs(b[3]) - Math.abs(a[3]))
    .slice(0, about.shown.differing_indicators);
  const widest = Math.max(...indicators.map(([, , , weighted]) => Math.abs(weighted)));
  return element('section', {}, title, ...parts, table(
    `The ${indicators.length} questions with the largest differences between ${names.get(codes[first])} and ${names.get(codes[second])}: difference times weight in the ${state.pillar ? 'pillar' : 'index'}`,
    ['Question', names.get(codes[first]), names.get(codes[second]), 'Weighted difference'],
    indicators.map(([label, a, b, weighted, own]) => [label, points(a, own), points(b, own),
      [datum(weighted, signedPoints(weighted, 1, view.scale)), diverging(weighted, widest)]]), 'contributions'));
}

/** A bar to the left or right of a middle line. */
function diverging(contribution, widest) {
  const svg = document.createElementNS(SVG, 'svg');
  const width = widest ? Math.abs(contribution / widest) * 58 : 0;
  svg.setAttribute('class', 'diverging');
  svg.setAttribute('viewBox', '0 0 120 12');
  svg.setAttribute('aria-hidden', 'true');
  const bar = document.createElementNS(SVG, 'rect');
  Object.entries({ x: contribution < 0 ? 60 - width : 60, y: 2, width, height: 8, class: contribution < 0 ? 'negative' : 'positive' })
    .forEach(([key, value]) => bar.setAttribute(key, value));
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('class', 'axis');
  line.setAttribute('d', 'M60 0v12');
  svg.append(bar, line);
  return svg;
}
