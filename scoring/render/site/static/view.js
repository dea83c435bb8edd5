// -- state in the URL, data on demand, elements of the page ------------------------------------------------------------

const data = globalThis.scoringData;
const { about } = data;
const page = document.body.dataset.page;
const home = document.body.dataset.root;
const codes = about.countries.map(([code]) => code);
const names = new Map(about.countries);
const inSentence = new Map(about.countries.map(([code, , name]) => [code, name])); // such as "the United Kingdom"
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/**
 * @typedef {object} State
 * @property {string} country code, or '' for all
 * @property {string} pillar id, or '' for the whole index
 * @property {string} date
 * @property {number[] | null} weights in points, or null for the published
 * @property {number | null} exponent
 * @property {string[]} others countries compared with the country
 */

/** Whether a page shows one day and one pillar; the others always show all, or those with which the site opens. */
const HAS_DAY = !['trend', 'matrix', 'method', 'evidence', 'notfound'].includes(page);
const HAS_PILLAR = !['trend', 'matrix', 'method', 'data', 'notfound'].includes(page);

/** @returns {State} */
function readState() {
  const query = new URLSearchParams(location.search);
  const choice = (name, known, otherwise) => (known.includes(query.get(name)) ? query.get(name) : otherwise);
  const numbers = (query.get('weights') ?? '').split(',').map((text) => (text.trim() === '' ? NaN : Number(text)));
  const weights = numbers.length === about.pillars.length
    && numbers.every((number) => number >= 0 && number <= 100) && numbers.some((number) => number > 0) ? numbers : null;
  const exponent = Number.parseFloat(query.get('exponent'));
  const isValid = Number.isFinite(exponent) && Math.abs(exponent) <= about.exponentLimit;
  return {
    country: document.body.dataset.country ?? choice('country', codes, ''),
    pillar: choice('pillar', !HAS_PILLAR ? [] : [...about.pillars.map(([id]) => id), ...(page === 'overview' ? about.others.map(([id]) => `by-${id}`) : [])], ''),
    date: choice('date', HAS_DAY ? about.days : [], about.default),
    weights: weights ?? (isValid ? publishedWeights() : null),
    exponent: isValid ? exponent : weights && about.exponent,
    others: [...new Set((query.get('with') ?? '').split(',').filter((code) => codes.includes(code)))].slice(0, about.compared.length - 1),
  };
}

function publishedWeights() {
  return about.pillars.map(([, , , share]) => Number((share * 100).toFixed(4)));
}

/** The state as a query, without what a page shows by default; `own` is the country of a page that has one. */
function queryOf(state, own = '') {
  const query = new URLSearchParams();
  if (state.country && state.country !== own) query.set('country', state.country);
  if (state.pillar) query.set('pillar', state.pillar);
  if (state.date !== about.default) query.set('date', state.date);
  if (state.weights) {
    query.set('weights', state.weights.join(','));
    query.set('exponent', state.exponent);
  }
  if (state.others.length && page === 'compare') query.set('with', state.others.join(','));
  if (page === 'evidence') [...new FormData($('#filters'))].forEach(([name, value]) => { if (value) query.set(name, value); });
  const text = query.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

const scripts = new Map();

/** The data of a name; loads its script once. A page opened from a folder can load no other kind of data. */
function load(name, file) {
  if (name in data) return Promise.resolve(data[name]);
  if (!scripts.has(name)) {
    scripts.set(name, new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = home + file;
      script.onload = () => resolve(data[name]);
      script.onerror = () => {
        scripts.delete(name);
        reject(new Error(`${file} cannot be loaded`));
      };
      document.head.append(script);
    }));
  }
  return scripts.get(name);
}

const loadDay = (date) => load(date, `data/${date}.js`);
const loadDraws = async (date) => {
  const name = `${date}-draws`;
  await load(name, `data/${name}.js`);
  if (typeof data[name] === 'string') data[name] = unpackSteps(data[name]);
  return data[name];
};
const loadDetail = (date) => load(`${date}-detail`, `data/${date}-detail.js`);

/** Whether a state shows a pillar of our rubric. */
function isPillarOf(state) {
  return about.pillars.some(([id]) => id === state.pillar);
}

/** Whether a state shows an index: ours, or that by another rubric. */
function isIndexOf(state) {
  return !isPillarOf(state);
}

/** The rubric of a state: id, title, version and digest. */
function rubricOf(state) {
  const ours = [about.rubric.id, about.rubric.title, about.rubric.version, about.digest];
  return about.others.find(([id]) => `by-${id}` === state.pillar) ?? ours;
}

/** The name of the pillar or of the other rubric of a state; empty for our index. */
function labelOf(state) {
  return [...about.pillars, ...about.others.map(([id, title]) => [`by-${id}`, title])].find(([id]) => id === state.pillar)?.[1] ?? '';
}

/** The view of a pillar, of an index by another rubric, of the index with the reader's weights, or of the published index. */
async function currentView(state) {
  const day = await loadDay(state.date);
  if (state.pillar && isIndexOf(state)) return day.others[about.others.findIndex(([id]) => `by-${id}` === state.pillar)];
  if (state.pillar) return day.views[1 + about.pillars.findIndex(([id]) => id === state.pillar)];
  if (!state.weights) return day.views[0];
  const pillars = day.views.slice(1);
  const sum = state.weights.reduce((total, weight) => total + weight, 0);
  const shares = state.weights.map((weight) => weight / sum);
  return {
    ...reweigh(about, pillars, await loadDraws(state.date), state.weights, state.exponent),
    unborrowed: aggregate(about, pillars, 'unborrowed', shares, state.exponent),
    absent: day.views[0].absent,
  };
}

/** A function that tests whether two countries are indistinguishable in a view. */
function pairTest(view) {
  if (typeof view.indistinguishable === 'string') view.indistinguishable = pairMatrix(view.indistinguishable, codes.length);
  return (row, other) => row !== other && view.indistinguishable[row * codes.length + other] === 1;
}

/** Whether a country has no edition by the day of a view. */
function isAbsent(view, row) {
  return Boolean(view.absent?.[row]);
}

/** The estimate that may be shown; null if the index is withheld or there is no evidence. */
function shownEstimate(view, row, isIndex) {
  return (isIndex && view.rank[row] === null) || view.stated[row] === null ? null : view.estimate[row];
}

/** The part of a shown estimate that follows from the country's own record; null for none. */
function borrowedPart(view, row, isIndex) {
  const estimate = shownEstimate(view, row, isIndex);
  return estimate === null ? null : estimate - view.unborrowed[row];
}

/** The estimate as text, marked where a pillar has insufficient data, or a word where there is none. */
function estimateText(view, row, isIndex) {
  if (isAbsent(view, row)) return NONE;
  if (shownEstimate(view, row, isIndex) === null) {
    if (isIndex) return 'withheld';
    return view.stated[row] === null ? NO_EVIDENCE : NONE;
  }
  return (!isIndex && view.thin[row] ? '~' : '') + points(view.estimate[row], view.scale);
}

/** A figure with its machine-readable value. */
function datum(value, text) {
  return setDatum(document.createElement('data'), value, text);
}

function setDatum(node, value, text) {
  node.value = value ?? '';
  node.textContent = text;
  return node;
}

/** An element with attributes and children; strings become text nodes. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  node.append(...children.flat());
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Set the places on a bar; `place` in frame.py rounds in the same way. */
function setBar(svg, low, high, intervalLow, intervalHigh, estimate) {
  const [, bounds, interval, dot] = svg.children;
  const place = (value) => `${Math.round((value ?? 0) * 1000) / 10}%`;
  bounds.setAttribute('x1', place(low));
  bounds.setAttribute('x2', place(high));
  interval.setAttribute('x1', place(intervalLow));
  interval.setAttribute('x2', place(intervalHigh));
  dot.setAttribute('cx', place(estimate ?? low));
  dot.setAttribute('visibility', estimate === null ? 'hidden' : 'visible');
}

/** The class of the shade of a value in [0, 1], as `tint` in frame.py. */
function tintOf(value, better = about.better) {
  const step = Math.floor(value * about.tints + 0.5);
  return `tint-${better === 'lower' ? about.tints - step : step}`;
}

function newBar(...figures) {
  const svg = $('#bar').content.firstElementChild.cloneNode(true);
  setBar(svg, ...figures);
  return svg;
}

/** A rank in a sentence, as `ordinal` in scoring/text/prose.py. */
function ordinal(number) {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${(!isTeen && ['', 'st', 'nd', 'rd'][number % 10]) || 'th'}`;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** A day in a sentence, as `long_date` in scoring/text/prose.py. */
function longDate(day) {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** Why a country has no rank, as `because` in scoring/index/scores.py. */
function reasonInSentence(view, row) {
  return view.reason[row].replaceAll('; ', ' and ');
}

/** A summary of one country, or of all. */
function summaryOf(view, state) {
  const isIndex = isIndexOf(state);
  const ranked = view.rank.filter((rank) => rank !== null).length;
  const pillar = state.pillar ? `${labelOf(state)}: ` : '';
  const count = codes.filter((_, row) => !isAbsent(view, row)).length;
  if (!state.country) return `${pillar}${count} ${count === 1 ? 'country' : 'countries'}, ${ranked} published.`;
  const row = codes.indexOf(state.country);
  const bounds = about.hasBounds ? `, evidence bounds ${points(view.low[row], view.scale)} to ${points(view.high[row], view.scale)}` : '';
  const name = `${names.get(state.country)}: ${pillar}`;
  if (isAbsent(view, row)) return `${name}no edition by ${longDate(state.date)}.`;
  if (view.rank[row] === null) {
    const reason = reasonInSentence(view, row);
    return isIndex ? `${name}withheld, since ${reason}${bounds}.` : `${name}${estimateText(view, row, false)}, not ranked, since ${reason}${bounds}.`;
  }
  const among = ranked === count ? '' : ` with enough evidence, of ${count} countries`;
  const band = view.band[row] ? `, band “${view.band[row]}”` : '';
  const interval = `${view.interval ?? about.interval} ${points(view.intervalLow[row], view.scale)} to ${points(view.intervalHigh[row], view.scale)}`;
  const [first, last] = [view.rankLow[row], view.rankHigh[row]];
  const plausibly = first < last ? `, plausibly ${ordinal(first)} to ${ordinal(last)}` : '';
  const yours = !state.pillar && state.weights ? ' Your weights.' : '';
  return `${name}${estimateText(view, row, isIndex)}${band}${bounds}, ${interval}; ranked ${ordinal(view.rank[row])} of `
    + `${ranked}${among}${plausibly}.${yours}`;
}
