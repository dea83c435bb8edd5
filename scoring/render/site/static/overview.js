// -- overview ----------------------------------------------------------------------------------------------------------

let sorting = { key: 'rank', down: false };

/** Fill ranking, map, table and pairs from a view. The templates render the default view. */
function showOverview(view, state, day) {
  const isIndex = isIndexOf(state);
  const isPair = pairTest(view);
  const all = byRank(view);
  const rows = all.filter((row) => !isAbsent(view, row));
  $$('#figure-header, #figures [data-key="estimate"] button').forEach((header) => { header.textContent = isIndex ? 'Index' : 'Pillar'; });
  showScale(view.scale);
  $('#ranking').classList.toggle('uncut', Boolean(state.pillar)); // the bands are those of our index
  for (const tr of $$('#ranking tbody tr')) fillBarRow(tr, view, isIndex, isPair, rows[0]);
  order('#ranking tbody', all);
  for (const tr of $$('#figures tbody tr')) fillRow(tr, view, isIndex, isPair, day);
  sortFigures(view);
  const isOther = Boolean(state.pillar) && isIndex;
  const label = isIndex ? '' : `${labelOf(state)}, ranked on its own. `;
  $('#heading').textContent = rubricOf(state)[1];
  $('#lead').hidden = isOther;
  $('#figures').classList.toggle('of-another', isOther); // pillars and their scale are those of our index
  const shares = state.weights && state.weights.map((weight) => weight / state.weights.reduce((a, b) => a + b, 0));
  $('#shown').textContent = !state.pillar && state.weights
    ? `Your weights, as of ${longDate(state.date)}: ${about.pillars.map(([, , short], child) => `${short} ${percent(shares[child], 0)} %`).join(', ')}, `
      + `exponent ${state.exponent}; intervals from ${about.draws} draws with these weights.`
    : `${label}Published weights, as of ${longDate(state.date)}; intervals from ${view.settings ?? about.settings}`;
  $('#finding').textContent = findingOf(view, isPair, rows, label);
  $('#notes').replaceChildren(...[...day.notes, ...withheldNotes(view, isIndex)].map((note) => element('li', {}, note)));
  showMap(view, isIndex);
  showPairs(view, isPair, rows);
}

/** Put the rows of a body into an order, if they are in another. */
function order(body, rows) {
  const byCode = new Map($$(`${body} tr`).map((tr) => [tr.dataset.country, tr]));
  const sorted = rows.map((row) => byCode.get(codes[row]));
  if ([...byCode.values()].some((tr, position) => tr !== sorted[position])) $(body).append(...sorted);
}

/** Highlight the chosen country. */
function showChosen(state) {
  $$('#ranking tbody tr, #figures tbody tr, .map a').forEach((node) => node.classList.toggle('chosen', node.dataset.country === state.country));
}

/** The main result of a view in a sentence, as `of_ranking` in scoring/render/findings.py. */
function findingOf(view, isPair, rows, label) {
  const ranked = rows.filter((row) => view.rank[row] !== null);
  const named = (row) => inSentence.get(codes[row]);
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  const listed = (some) => [some.slice(0, -1).map(named).join(', '), named(some.at(-1))].filter(Boolean).join(' and ');
  const possessive = (name) => (/^the .*s$/.test(name) ? `${name}'` : `${name}'s`);
  const [first] = ranked;
  if (!ranked.length && label) return `${label}No country is ranked: the evidence is too thin.`;
  if (!ranked.length) return rows.length === 1 ? 'The index is withheld: too little evidence.' : `The index of all ${rows.length} countries is withheld.`;
  if (ranked.length === 1) return label ? `${label}Only ${named(first)} is ranked.` : `Only ${possessive(named(first))} index is published: ${estimateText(view, first, true)}.`;
  const top = ranked.filter((row) => row === first || isPair(first, row));
  const isGroup = top.every((row) => top.every((other) => row === other || isPair(row, other)));
  if (top.length === 1) return `${label}${capital(named(first))} ranks first of ${ranked.length}, distinguishable from all others.`;
  if (!isGroup) {
    const others = top.length - 1 <= about.named ? listed(top.slice(1)) : `${top.length - 1} others`;
    return `${label}${capital(named(first))} ranks first of ${ranked.length}, but is not distinguishable from ${others}.`;
  }
  if (top.length === ranked.length) {
    return `${label}${top.length > about.named ? `No two of the ${ranked.length} countries are distinguishable` : `${capital(listed(top))} are not distinguishable`}.`;
  }
  const who = top.length <= about.named ? capital(listed(top)) : `${top.length} of ${ranked.length} countries`;
  return `${label}${who} share the top: their order is not distinguishable.`;
}

/** One note for each country without a rank, with the reason. */
function withheldNotes(view, isIndex) {
  const absent = codes.filter((_, row) => isAbsent(view, row)).map((code) => names.get(code));
  const others = absent.length ? [`No edition by this day: ${absent.join(', ')}.`] : [];
  return others.concat(codes.flatMap((code, row) => (view.rank[row] === null && !isAbsent(view, row)
    ? [`${names.get(code)}: ${isIndex ? 'withheld' : 'not ranked'}, since ${reasonInSentence(view, row)}.`] : [])));
}

/** The cells of a row by their class; each row is looked up once. */
const cellsOf = (() => {
  const known = new WeakMap();
  const kinds = ['rank', 'ranks', 'index', 'borrowed', 'bounds', 'interval', 'indistinguishable', 'band', 'information', 'availability'];
  return (tr) => {
    if (!known.has(tr)) {
      const cells = Object.fromEntries(kinds.map((kind) => [kind, $(`td.${kind}`, tr)]));
      known.set(tr, { ...cells, bar: $('.bar', tr), pillars: $$('.pillar', tr) });
    }
    return known.get(tr);
  };
})();

function setSpan(cell, low, high, scale) {
  [[cell.firstElementChild, low], [cell.lastElementChild, high]]
    .forEach(([node, value]) => setDatum(node, value, points(value, scale)));
}

/** The ends and the middle of the scale above the bars; bands are those of the index. */
function showScale(scale) {
  const { from, width } = scale ?? SCALE;
  $$('#ranking .scale i').forEach((mark, half) => { mark.textContent = Number((from + (half * width) / 2).toPrecision(6)); });
}

/** Rank and figure, which ranking and table share. */
function fillFigure(tr, cells, view, row, isIndex) {
  const text = estimateText(view, row, isIndex);
  const estimate = shownEstimate(view, row, isIndex);
  const ranked = view.rank[row] !== null;
  cells.rank.textContent = ranked ? view.rank[row] : NONE;
  if (estimate === null) cells.index.textContent = text;
  else if (cells.index.firstElementChild) setDatum(cells.index.firstElementChild, estimate, text);
  else cells.index.replaceChildren(datum(estimate, text));
  tr.classList.toggle('withheld', !ranked);
  tr.hidden = isAbsent(view, row);
  return estimate;
}

function fillBarRow(tr, view, isIndex, isPair, first) {
  const row = codes.indexOf(tr.dataset.country);
  const cells = cellsOf(tr);
  const ranked = view.rank[row] !== null;
  const estimate = fillFigure(tr, cells, view, row, isIndex);
  cells.ranks.textContent = ranked ? `${view.rankLow[row]}–${view.rankHigh[row]}` : '';
  setBar(cells.bar, view.low[row], view.high[row], view.intervalLow[row], view.intervalHigh[row], estimate);
  tr.classList.toggle('shares-top', ranked && (row === first || isPair(first, row)));
}

function fillRow(tr, view, isIndex, isPair, day) {
  const row = codes.indexOf(tr.dataset.country);
  const cells = cellsOf(tr);
  fillFigure(tr, cells, view, row, isIndex);
  cells.index.title = reasonInSentence(view, row);
  if (cells.borrowed) cells.borrowed.textContent = signedPoints(borrowedPart(view, row, isIndex), 0, view.scale);
  setSpan(cells.interval, view.intervalLow[row], view.intervalHigh[row], view.scale);
  if (cells.bounds) setSpan(cells.bounds, view.low[row], view.high[row], view.scale);
  cells.indistinguishable.textContent = alikeCount(row, isPair);
  cells.band.textContent = view.band[row] ?? '';
  cells.information.textContent = unit(view.information[row]);
  cells.availability.textContent = unit(view.availability[row]);
  if (tr.dataset.day === shownDate) return; // the pillars of a day do not depend on weights
  tr.dataset.day = shownDate;
  cells.pillars.forEach((cell, child) => {
    const pillar = day.views[child + 1];
    const estimate = shownEstimate(pillar, row, false);
    cell.textContent = pillar.stated[row] === null ? NONE : estimateText(pillar, row, false);
    cell.className = `pillar figure ${estimate === null ? '' : tintOf(estimate)}`.trim();
  });
}

function alikeCount(row, isPair) {
  let count = 0;
  for (let other = 0; other < codes.length; other += 1) count += Number(isPair(row, other));
  return count;
}

/** Sort the table by the chosen column; countries without a figure come last. */
function sortFigures(view) {
  const header = $(`#figures [data-key="${sorting.key}"]`);
  const key = {
    rank: (row) => view.rank[row],
    name: (row) => names.get(codes[row]),
    estimate: (row) => shownEstimate(view, row, isIndexOf(current)),
    borrowed: (row) => borrowedPart(view, row, isIndexOf(current)),
    width: (row) => view.high[row] - view.low[row],
    indistinguishable: (row) => alikeCount(row, pairTest(view)),
    band: (row) => view.rank[row],
    information: (row) => view.information[row],
    availability: (row) => view.availability[row],
  }[sorting.key] ?? ((row) => shownEstimate(data[shownDate].views[Number(sorting.key)], row, false));
  const keys = [...codes.keys()].map(key);
  const compare = (a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === null || y === null) return (x === null) - (y === null) || (codes[a] < codes[b] ? -1 : 1);
    const sign = typeof x === 'string' ? x.localeCompare(y, 'en') : x - y;
    return (sorting.down ? -sign : sign) || (codes[a] < codes[b] ? -1 : 1);
  };
  order('#figures tbody', [...codes.keys()].sort(compare));
  $$('#figures th[data-key]').forEach((th) => th.removeAttribute('aria-sort'));
  header.setAttribute('aria-sort', sorting.down ? 'descending' : 'ascending');
}

/** Turn the column headers into buttons. */
function makeSortable() {
  for (const header of $$('#figures th[data-key]')) {
    const button = element('button', { type: 'button' }, ...header.childNodes);
    header.append(button);
    button.addEventListener('click', () => {
      const isFigure = !['rank', 'name', 'band'].includes(header.dataset.key);
      sorting = sorting.key === header.dataset.key
        ? { key: sorting.key, down: !sorting.down }
        : { key: header.dataset.key, down: isFigure };
      sortFigures(shownView);
    });
  }
}

/** The shade of a value on the map of a view: that of its band, or of its tenth of the scale where bands are few. */
function shadeOf(view, value) {
  if (!view.bands) return about.isContinuous ? tintOf(value) : `shade-${bandNumber(about.bands, value)}`;
  return bandShade(view, bandNumber(view.bands, value));
}

/** The shade of a band of another rubric, the bands of which may be more or fewer than ours. */
function bandShade(view, number) {
  return tintOf(view.better === 'lower' ? number / view.bands.length : (number + 1) / view.bands.length, view.better);
}

function showMap(view, isIndex) {
  for (const link of $$('.map a')) {
    const row = codes.indexOf(link.dataset.country);
    const estimate = shownEstimate(view, row, isIndex);
    const shade = estimate === null ? 'shade-none' : shadeOf(view, estimate);
    link.firstElementChild.setAttribute('class', `area ${shade}`);
    link.setAttribute('aria-label', `${names.get(codes[row])}: ${estimateText(view, row, isIndex)} ${view.band[row] ?? ''}`.trim());
    $(`[data-label="${codes[row]}"]`)?.setAttribute('class', shade);
  }
  const { from, width } = view.scale ?? SCALE;
  const figure = (value) => String(Number((from + width * value).toPrecision(6)));
  const tenths = Array.from({ length: about.tints / 2 + 1 }, (_, step) => (2 * step) / about.tints);
  let entries = about.bands.map(([cut, label, isOpen], number) => [`shade-${number}`, isIndex ? label : `${isOpen ? 'above' : 'from'} ${figure(cut)}`]);
  if (view.bands) entries = view.bands.map(([, label], number) => [bandShade(view, number), label]);
  else if (about.isContinuous) entries = tenths.map((value) => [tintOf(value), figure(value)]);
  $('#legend')?.replaceChildren(...[...entries, ['shade-none', 'withheld']]
    .map(([shade, label]) => element('li', {}, element('span', { class: `key ${shade}` }), label)));
}

/** The rows by rank, then those without a rank by code. */
function byRank(view) {
  return [...codes.keys()].sort((a, b) =>
    (view.rank[a] === null) - (view.rank[b] === null) || (view.rank[a] ?? 0) - (view.rank[b] ?? 0) || a - b);
}

function showPairs(view, isPair, rows) {
  const { cell } = about;
  const paths = ['', ''];
  rows.forEach((row, position) => {
    let first = 0;
    for (let other = 0; other < position; other += 1) {
      const kind = isPair(row, rows[other]);
      if (other + 1 < position && isPair(row, rows[other + 1]) === kind) continue;
      const width = (other + 1 - first) * cell;
      paths[Number(kind)] += `M${first * cell} ${position * cell}h${width}v${cell - 1}h-${width}z`;
      first = other + 1;
    }
  });
  $('#matrix .distinguishable').setAttribute('d', paths[0]);
  $('#matrix .indistinguishable').setAttribute('d', paths[1]);
  $$('#matrix text').forEach((text, position) => { text.textContent = codes[rows[position]] ?? ''; });
  if ($('#pairs-list').parentElement.open) listPairs(rows, isPair);
}

function listPairs(rows, isPair) {
  $('#pairs-list').replaceChildren(...rows.flatMap((row) => [
    element('dt', {}, names.get(codes[row])),
    element('dd', {}, codes.filter((_, other) => isPair(row, other)).map((code) => names.get(code)).join(', ') || 'none'),
  ]));
}

// -- sliders -----------------------------------------------------------------------------------------------------------

function showSliders(state, isIndex) {
  const weights = state.weights ?? about.pillars.map(([, , , share]) => share * 100);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const inputs = $$('#sliders input');
  weights.forEach((weight, child) => {
    if (document.activeElement !== inputs[child] || Number(inputs[child].value) !== weight) inputs[child].value = weight;
    inputs[child].nextElementSibling.textContent = `${percent(weight / sum)} %`;
    inputs[child].setAttribute('aria-valuetext', `${percent(weight / sum)} % of the index`);
  });
  inputs.at(-1).value = state.exponent ?? about.exponent;
  inputs.at(-1).nextElementSibling.textContent = String(state.exponent ?? about.exponent);
  $$('#sliders fieldset').forEach((set) => { set.disabled = !isIndex; });
  $('#published').disabled = !state.weights;
  $('#try').classList.toggle('tried', Boolean(state.weights));
}

/** The weights and exponent of the sliders, null if all weights are 0. Only the slider that moved is read. */
function readSliders(state, moved) {
  const inputs = $$('#sliders input');
  const weights = [...(state.weights ?? publishedWeights())];
  let exponent = state.exponent ?? about.exponent;
  const child = inputs.indexOf(moved);
  if (child < weights.length) weights[child] = Number(moved.value);
  else exponent = Number(moved.value);
  return weights.some((weight) => weight > 0) ? { weights, exponent } : null;
}
