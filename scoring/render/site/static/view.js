// -- what is shown: state in the URL, data on demand -------------------------------------------------------------------

const data = globalThis.scoringData;
const { about } = data;
const page = document.body.dataset.page;
const home = document.body.dataset.root;
const codes = about.countries.map(([code]) => code);
const names = new Map(about.countries);
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/**
 * @typedef {object} State
 * @property {string} country code, or '' for all
 * @property {string} pillar id, or '' for the whole index
 * @property {string} date
 * @property {number[] | null} weights in points, or null for the published
 * @property {number | null} exponent
 * @property {string[]} others what is compared with the country
 */

/** @returns {State} */
function readState() {
  const query = new URLSearchParams(location.search);
  const oneOf = (name, known, otherwise) => (known.includes(query.get(name)) ? query.get(name) : otherwise);
  const numbers = (query.get('weights') ?? '').split(',').map((text) => (text.trim() === '' ? NaN : Number(text)));
  const weights = numbers.length === about.pillars.length
    && numbers.every((number) => number >= 0 && number <= 100) && numbers.some((number) => number > 0) ? numbers : null;
  const exponent = Number.parseFloat(query.get('exponent'));
  const tried = Number.isFinite(exponent) && Math.abs(exponent) <= about.exponentLimit;
  return {
    country: oneOf('country', codes, document.body.dataset.country ?? ''),
    pillar: oneOf('pillar', about.pillars.map(([id]) => id), ''),
    date: oneOf('date', about.days, about.default),
    weights: weights ?? (tried ? publishedWeights() : null),
    exponent: tried ? exponent : weights && about.exponent,
    others: [...new Set((query.get('with') ?? '').split(',').filter((code) => codes.includes(code)))].slice(0, about.compared.length - 1),
  };
}

function publishedWeights() {
  return about.pillars.map(([, , , share]) => Number((share * 100).toFixed(4)));
}

/** The state as a query, only what differs from what a page shows by itself. */
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
  const text = query.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

const scripts = new Map();

/** Data under a name, its script added where it is not yet there: a page opened from a folder can load nothing else. */
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
  if (typeof data[name] === 'string') data[name] = words(data[name]);
  return data[name];
};
const loadDetail = (date) => load(`${date}-detail`, `data/${date}-detail.js`);

/** The columns of what is shown: a pillar, the index under the reader's weights, or as published. */
async function currentView(state) {
  const day = await loadDay(state.date);
  if (state.pillar) return day.views[1 + about.pillars.findIndex(([id]) => id === state.pillar)];
  if (!state.weights) return day.views[0];
  return reweigh(about, day.views.slice(1), await loadDraws(state.date), state.weights, state.exponent);
}

/** Whether a and b are not distinguishable in a view. */
function alikeIn(view) {
  if (typeof view.alike === 'string') view.alike = alikeMatrix(view.alike, codes.length);
  return (row, other) => row !== other && view.alike[row * codes.length + other] === 1;
}

/** The estimate that may be shown: null of a withheld index, and without evidence, where it only enters the index. */
function shownEstimate(view, row, isIndex) {
  return (isIndex && view.rank[row] === null) || view.stated[row] === null ? null : view.estimate[row];
}

/** The estimate as text; of a withheld index the word; of a thin pillar with its mark. */
function estimateText(view, row, isIndex) {
  if (shownEstimate(view, row, isIndex) === null) {
    if (isIndex) return 'withheld';
    return view.stated[row] === null ? NO_EVIDENCE : NONE;
  }
  return (!isIndex && view.thin[row] ? '~' : '') + points(view.estimate[row]);
}

/** A figure that a program can read too. */
function datum(value, text) {
  return setDatum(document.createElement('data'), value, text);
}

function setDatum(node, value, text) {
  node.value = value ?? '';
  node.textContent = text;
  return node;
}

/** An element with attributes and children; text is text. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  node.append(...children.flat());
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Move the parts of a bar to where figures say. */
function setBar(svg, low, high, drawnLow, drawnHigh, estimate) {
  const [, range, drawn, dot] = svg.children;
  const place = (value) => Math.round((value ?? 0) * 2000) / 10;
  range.setAttribute('x1', place(low));
  range.setAttribute('x2', place(high));
  drawn.setAttribute('x1', place(drawnLow));
  drawn.setAttribute('x2', place(drawnHigh));
  dot.setAttribute('cx', place(estimate ?? low));
  dot.setAttribute('visibility', estimate === null ? 'hidden' : 'visible');
}

function newBar(...figures) {
  const svg = $('#bar').content.firstElementChild.cloneNode(true);
  setBar(svg, ...figures);
  return svg;
}

/** One country in a line, or all. */
function summaryOf(view, state) {
  const isIndex = !state.pillar;
  const ranked = view.rank.filter((rank) => rank !== null).length;
  const what = isIndex ? '' : `${about.pillars.find(([id]) => id === state.pillar)[1]}: `;
  if (!state.country) return `${what}${codes.length} countries, ${ranked} published.`;
  const row = codes.indexOf(state.country);
  const range = about.bounds ? `; range ${points(view.low[row])}–${points(view.high[row])}` : '';
  const name = `${names.get(state.country)}: ${what}`;
  if (view.rank[row] === null) {
    const why = view.because[row];
    return isIndex ? `${name}withheld, since ${why}${range}.` : `${name}${estimateText(view, row, false)}, not ranked, since ${why}${range}.`;
  }
  const among = ranked === codes.length ? '' : ` with enough evidence, of ${codes.length} countries`;
  const band = view.band[row] ? `, ${view.band[row]}` : '';
  const drawn = `${about.drawn} ${points(view.drawnLow[row])}–${points(view.drawnHigh[row])}`;
  const yours = isIndex && state.weights ? ' Your weights.' : '';
  return `${name}${estimateText(view, row, isIndex)}${band}${range}; ${drawn}; rank ${view.rank[row]} of ${ranked}${among} `
    + `(${view.rankLow[row]}–${view.rankHigh[row]}).${yours}`;
}
