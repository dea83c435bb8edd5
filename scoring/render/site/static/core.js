// -- figures and sums; nothing here knows of the page ------------------------------------------------------------------
//
// Each function does what its twin in Python does: points and unit of text/numbers.py, powerMean of statistics/means.py,
// shapley of statistics/decomposition.py, reweigh of uncertainty/custom_weights.py and its reasons in words of
// render/wording.py. The tests hold both against each other. Constants come from Python, in `about`.

const NONE = '–';
const NO_EVIDENCE = 'no evidence';

/**
 * Round half to even, as the shortest decimal text of the number reads.
 * @param {number} number
 * @param {number} decimals
 * @returns {string}
 */
function rounded(number, decimals) {
  const scale = 10 ** decimals;
  const exact = Number((number * scale).toPrecision(15));
  const floor = Math.floor(exact);
  const rest = Number((exact - floor).toPrecision(12));
  const whole = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return (whole / scale + 0).toFixed(decimals).replace(/^-(0(\.0+)?)$/, '$1');
}

/**
 * A value in [0, 1] on the published scale of 0 to 100; a dash for none.
 * @param {number | null} value
 * @param {number} [decimals]
 */
function points(value, decimals = 1) {
  return value === null || Number.isNaN(value) ? NONE : rounded(Number((value * 100).toPrecision(15)), decimals);
}

/**
 * A value in [0, 1] as it is; a dash for none.
 * @param {number | null} value
 */
function unit(value) {
  return value === null || Number.isNaN(value) ? NONE : rounded(value, 2);
}

/**
 * A figure with as many decimals as it takes to read as less.
 * @param {number} value
 * @param {number} least
 */
function below(value, least) {
  for (let decimals = 2; decimals < 12; decimals += 1) {
    const text = rounded(value, decimals);
    if (Number(text) < least) return text;
  }
  return rounded(value, 12);
}

/**
 * A difference on the published scale, with its sign.
 * @param {number} difference
 * @param {number} [decimals]
 */
function signedPoints(difference, decimals = 1) {
  const text = points(difference, decimals);
  return text.startsWith('-') || text === NONE ? text : `+${text}`;
}

/** A probability as the draws give it, in percent; never 0 nor 100, which no number of draws shows. */
function probability(chance) {
  if (Number.isNaN(chance)) return NONE;
  const shown = Number(points(chance));
  return `${shown < 0.1 ? '< 0.1' : shown > 99.9 ? '> 99.9' : points(chance)} %`;
}

/** Whether the draws settle the order of two countries: P(above) outside the interval. */
function distinguishable(chance, interval) {
  return Math.max(chance, 1 - chance) > interval[1] + 1e-12;
}

/** x^p; ln x for p = 0. */
function power(x, exponent) {
  if (exponent === 1) return x;
  if (exponent === 0.5) return Math.sqrt(x);
  return exponent === 0 ? Math.log(x) : x ** exponent;
}

/** x^(1/p); e^x for p = 0. */
function root(x, exponent) {
  if (exponent === 1) return x;
  if (exponent === 0.5) return x * x;
  return exponent === 0 ? Math.exp(x) : x ** (1 / exponent);
}

/**
 * (sum w x^p)^(1/p), w scaled to sum 1; p = 0 the geometric mean; for p <= 0 a zero child gives 0.
 * @param {(number | null)[]} x values in [0, 1]; null is left out, the other weights rescaled
 * @param {number[]} weights a child of weight 0 is left out
 * @param {number} exponent
 * @returns {number | null} null where no child is left
 */
function powerMean(x, weights, exponent) {
  let total = 0;
  let share = 0;
  let least = Infinity;
  let most = -Infinity;
  x.forEach((value, child) => {
    const weight = weights[child];
    if (value === null || !(weight > 0)) return;
    least = Math.min(least, value);
    most = Math.max(most, value);
    share += weight;
    total += weight * power(value > 0 || exponent > 0 ? value : 1, exponent);
  });
  if (share === 0) return null;
  if (exponent <= 0 && least === 0) return 0;
  return Math.min(Math.max(root(total / share, exponent), least), most);
}

/** Sum of w x over all children, weights of sum 1. */
function arithmeticMean(x, weights) {
  return x.reduce((sum, value, child) => sum + weights[child] * value, 0);
}

/** Round half up to decimals of the published scale, 100 x. */
function roundHalfUp(x, decimals) {
  const scale = 100 * 10 ** decimals;
  return Math.floor(Number((x * scale).toFixed(9)) + 0.5) / scale;
}

/**
 * Parts of M(above) - M(below) by child, averaged over all orders in which the children move.
 * @param {number[]} above
 * @param {number[]} below
 * @param {number[]} weights
 * @param {number} exponent
 */
function shapley(above, below, weights, exponent) {
  const size = above.length;
  const means = Array.from({ length: 2 ** size }, (_, set) =>
    powerMean(above.map((value, child) => ((set >> child) & 1 ? value : below[child])), weights, exponent));
  const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
  return above.map((_, child) => {
    let part = 0;
    means.forEach((mean, set) => {
      if ((set >> child) & 1) return;
      let moved = 0;
      for (let bits = set; bits; bits &= bits - 1) moved += 1;
      const chance = (factorial(moved) * factorial(size - 1 - moved)) / factorial(size);
      part += (means[set | (1 << child)] - mean) * chance;
    });
    return part;
  });
}

/**
 * 1 + the number of those above; equal to 12 decimals shares the best rank; null stays null.
 * @param {(number | null)[]} estimates
 */
function ranks(estimates) {
  const cut = estimates.map((value) => (value === null ? null : Number(value.toFixed(12))));
  return cut.map((value) => (value === null ? null : 1 + cut.filter((other) => other !== null && other > value).length));
}

/** The quantile of sorted numbers, on a straight line between two of them. */
function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** Where the cumulative share of counts reaches the ends of the interval, from 1. */
function rankInterval(counts, draws, interval) {
  return interval.map((share) => {
    let total = 0;
    let place = 0;
    for (; place < counts.length - 1; place += 1) {
      total += counts[place] / draws;
      if (total >= share - 1e-12) break;
    }
    return place + 1;
  });
}

/**
 * Draws of the index of each country.
 * @param {Uint16Array} steps countries by pillars by draws: the value in so many steps as `about` says
 * @returns {(Float64Array | null)[]} null where the index is missing
 */
function indexDraws(about, steps, weights, exponent) {
  const { tried: draws, steps: most, gone } = about;
  const table = new Float64Array(most + 1);
  for (let step = 0; step <= most; step += 1) table[step] = power(step / most, exponent);
  const size = weights.length;
  const counted = weights.map((weight, child) => [weight, child]).filter(([weight]) => weight > 0);
  return Array.from(about.countries, (_, country) => {
    const first = country * size * draws;
    const there = counted.filter(([, child]) => steps[first + child * draws] !== gone);
    if (there.length === 0 || (about.missing === 'refuse' && there.length < counted.length)) return null;
    const share = there.reduce((sum, [weight]) => sum + weight, 0);
    const out = new Float64Array(draws);
    for (let draw = 0; draw < draws; draw += 1) {
      let total = 0;
      let least = most;
      let highest = 0;
      for (const [weight, child] of there) {
        const step = steps[first + child * draws + draw];
        total += weight * table[step];
        if (step < least) least = step;
        if (step > highest) highest = step;
      }
      out[draw] = exponent <= 0 && least === 0
        ? 0
        : Math.min(Math.max(root(total / share, exponent), least / most), highest / most);
    }
    return out;
  });
}

/**
 * Join the pillars anew; the columns of a view, as a day's data has them for the index.
 * @param {object} about the rubric's rules
 * @param {object[]} pillars the views of the pillars
 * @param {Uint16Array} steps
 * @param {number[]} weights of any positive sum
 * @param {number} exponent
 */
function reweigh(about, pillars, steps, weights, exponent) {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => weight / sum);
  const count = about.countries.length;
  const rows = [...Array(count).keys()];
  const joined = (name) => rows.map((row) => {
    const children = pillars.map((pillar) => pillar[name][row]);
    const lacks = children.some((value, child) => value === null && shares[child] > 0);
    const mean = name !== 'stated' && about.missing === 'refuse' && lacks ? null : powerMean(children, shares, exponent);
    return mean === null || about.round === null ? mean : roundHalfUp(mean, about.round);
  });
  const mean = (name) => rows.map((row) => arithmeticMean(pillars.map((pillar) => pillar[name][row]), shares));
  const view = {
    estimate: joined('estimate'),
    stated: joined('stated'),
    low: joined('low'),
    high: joined('high'),
    information: mean('information'),
    availability: mean('availability'),
  };
  const fails = (name, row) => Number(view[name][row].toFixed(12)) < about.publish[name]
    || (name === 'availability' && view[name][row] === 0);
  const why = (name, row) => (view[name][row] === 0 && about.publish[name] === 0 ? 'there is no evidence'
    : `${name} ${below(view[name][row], about.publish[name])} is below ${about.publish[name]}`);
  view.because = rows.map((row) => [
    ...['availability', 'information'].filter((name) => fails(name, row)).map((name) => why(name, row)),
    ...(view.estimate[row] === null ? [missingText(pillars.flatMap((pillar, child) => (shares[child] > 0 ? pillar.missing[row] : [])), about.shown.missing_nodes)] : []),
  ].join('; '));
  const published = rows.map((row) => view.because[row] === '');
  view.rank = ranks(rows.map((row) => (published[row] ? view.estimate[row] : null)));
  view.band = rows.map((row) => (published[row] ? bandOf(about.bands, view.estimate[row]) : null));
  view.thin = rows.map((row) => ['information', 'availability'].some((name) => fails(name, row)));
  return Object.assign(view, drawnColumns(about, published, steps, shares, exponent));
}

/** For want of which nodes an index is missing. */
function missingText(names, most) {
  const more = names.length - most;
  return `no evidence on ${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}, which must not be missing`;
}

/** The label of the last band whose cut the estimate reaches. */
function bandOf(bands, estimate) {
  return bands.filter(([cut]) => estimate >= cut / 100).at(-1)[1];
}

/** Intervals of index and rank, P(above) and who is alike, from the draws. */
function drawnColumns(about, published, steps, shares, exponent) {
  const count = about.countries.length;
  const draws = about.tried;
  const drawn = indexDraws(about, steps, shares, exponent);
  const sorted = drawn.map((line) => line && line.slice().sort());
  const ahead = drawn.map(() => new Uint16Array(draws)); // of the published, how many are above in a draw
  const above = new Float64Array(count * count).fill(NaN);
  for (let row = 0; row < count; row += 1) {
    for (let other = 0; other < row; other += 1) {
      const [a, b] = [drawn[row], drawn[other]];
      if (!a || !b) continue;
      const [behindA, behindB] = [ahead[row], ahead[other]];
      const counts = published[row] && published[other] ? 1 : 0;
      let lead = 0;
      for (let draw = 0; draw < draws; draw += 1) {
        if (a[draw] > b[draw]) {
          lead += 1;
          behindB[draw] += counts;
        } else if (a[draw] < b[draw]) {
          lead -= 1;
          behindA[draw] += counts;
        }
      }
      above[row * count + other] = (draws + lead) / (2 * draws);
      above[other * count + row] = (draws - lead) / (2 * draws);
    }
  }
  const among = published.filter(Boolean).length;
  const intervals = ahead.map((line, row) => {
    if (!published[row]) return [null, null];
    const counts = new Array(among).fill(0);
    for (const place of line) counts[place] += 1;
    return rankInterval(counts, draws, about.interval);
  });
  return {
    drawnLow: sorted.map((line) => line && quantile(line, about.interval[0])),
    drawnHigh: sorted.map((line) => line && quantile(line, about.interval[1])),
    rankLow: intervals.map(([low]) => low),
    rankHigh: intervals.map(([, high]) => high),
    above,
    alike: above.map((chance) => (Number.isNaN(chance) || distinguishable(chance, about.interval) ? 0 : 1)),
  };
}

// -- packed data -------------------------------------------------------------------------------------------------------

/** @param {string} text base64 */
function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Little-endian 16-bit numbers in base64. */
function words(text) {
  const raw = new DataView(bytes(text).buffer);
  return Uint16Array.from({ length: raw.byteLength / 2 }, (_, place) => raw.getUint16(2 * place, true));
}

/**
 * A full matrix from what stands above its diagonal, row by row.
 * @param {(place: number) => number} upper
 * @param {(value: number) => number} mirrored
 */
function square(count, upper, mirrored) {
  const full = new Float64Array(count * count).fill(NaN);
  let place = 0;
  for (let row = 0; row < count; row += 1) {
    for (let column = row + 1; column < count; column += 1, place += 1) {
      full[row * count + column] = upper(place);
      full[column * count + row] = mirrored(upper(place));
    }
  }
  return full;
}

/** Which pairs are not distinguishable, from a bit a pair. */
function alikeMatrix(text, count) {
  const bits = bytes(text);
  return square(count, (place) => (bits[place >> 3] >> (7 - (place & 7))) & 1, (value) => value);
}

/** P(row above column), from a probability in so many places. */
function aboveMatrix(text, count, places) {
  const steps = words(text);
  return square(count, (place) => steps[place] / places, (value) => 1 - value);
}
