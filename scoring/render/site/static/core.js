// -- figures and text, independent of the page -------------------------------------------------------------------------
//
// Each function duplicates one in Python: points of scoring/model/scale.py, unit and probability of scoring/text/numbers.py, powerMean of
// scoring/statistics/means.py, shapley of scoring/statistics/decomposition.py, reweigh of
// scoring/uncertainty/custom_weights.py, the reasons of reason_text in scoring/index/scores.py. tests/test_browser.py
// compares both. Constants come from Python, in `about`.

const NONE = '–';
const NO_EVIDENCE = 'no evidence';
/** The scale on which the index is printed; a pillar or indicator below a sum has its own. */
const SCALE = globalThis.scoringData?.about?.scale ?? { from: 0, width: 100, decimals: 1 };

/**
 * Round the shortest decimal text of a number, half to even.
 * @param {number} number
 * @param {number} decimals
 * @returns {string}
 */
function rounded(number, decimals) {
  const scale = 10 ** decimals;
  const exact = Number((number * scale).toPrecision(15));
  const floor = Math.floor(exact);
  const fraction = Number((exact - floor).toPrecision(12));
  const whole = fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return (whole / scale + 0).toFixed(decimals).replace(/^-(0(\.0+)?)$/, '$1');
}

/** A value in [0, 1] with decimals, times a width, from a start; a dash for none. */
function figure(value, start, width, decimals) {
  return value === null || Number.isNaN(value) ? NONE : rounded(Number((start + value * width).toPrecision(15)), decimals);
}

/**
 * A value in [0, 1] on a scale, by default that of the index; a dash for none.
 * @param {number | null} value
 * @param {{from: number, width: number, decimals: number}} [scale]
 */
function points(value, scale = SCALE) {
  return figure(value, scale.from, scale.width, scale.decimals);
}

/** A share in [0, 1] in percent, without the sign. */
function percent(share, decimals = 1) {
  return figure(share, 0, 100, decimals);
}

/**
 * A value in [0, 1] with two decimals; a dash for none.
 * @param {number | null} value
 */
function unit(value) {
  return value === null || Number.isNaN(value) ? NONE : rounded(value, 2);
}

/**
 * A figure with as many decimals as it needs to be less than `least` as text.
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
 * A difference on a scale, by default that of the index, with its sign.
 * @param {number} difference
 * @param {number} [finer] so many decimals more
 * @param {{from: number, width: number, decimals: number}} [scale]
 */
function signedPoints(difference, finer = 0, scale = SCALE) {
  const text = figure(difference, 0, scale.width, scale.decimals + finer);
  return text.startsWith('-') || text === NONE ? text : `+${text}`;
}

/** A simulated probability in percent; never 0 or 100, which a finite number of draws cannot show. */
function probability(share) {
  if (Number.isNaN(share)) return NONE;
  const shown = Number(percent(share));
  return `${shown < 0.1 ? '< 0.1' : shown > 99.9 ? '> 99.9' : percent(share)} %`;
}

/** Whether two countries are distinguishable: P(above) lies outside the quantiles. */
function distinguishable(pAbove, quantiles) {
  return Math.max(pAbove, 1 - pAbove) > quantiles[1] + 1e-12;
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

/** What is left of the children of a function: those with a value and a weight; null where none is. */
function reduced(fold, start) {
  return (y, weights) => {
    const used = y.filter((value, child) => value !== null && weights[child] > 0);
    return used.length ? used.reduce(fold, start) : null;
  };
}

const FUNCTIONS = {
  product: reduced((product, value) => product * value, 1),
  least: reduced((least, value) => Math.min(least, value), Infinity),
  greatest: reduced((greatest, value) => Math.max(greatest, value), -Infinity),
  sum: (y, weights) => (y.every((value) => value === null) ? null : arithmeticMean(y, weights)
    / weights.reduce((total, weight) => total + weight, 0)),
};

/**
 * A node from its children, as scoring/statistics/combining.py.
 * @param {(number | null)[]} x
 * @param {number[]} weights
 * @param {number} exponent
 * @param {{combine: string | null, invert: boolean, offset: number, gate: number[] | null, leavesOut?: boolean}} [rule]
 *   absent: a plain mean
 */
function combined(x, weights, exponent, rule) {
  if (!rule) return powerMean(x, weights, exponent);
  const y = x.map((value) => (value === null ? null : (rule.invert ? 1 - value : value) + rule.offset));
  const mean = () => powerMean(y, weights, rule.leavesOut ? 1 : exponent);
  const g = rule.combine && !rule.leavesOut ? FUNCTIONS[rule.combine](y, weights) : mean();
  if (g === null) return null;
  const [child, below, figure] = rule.gate ?? [];
  if (rule.gate && x[child] !== null && x[child] <= below + 1e-12) return figure;
  const moved = g - rule.offset;
  return Math.min(Math.max(rule.invert ? 1 - moved : moved, 0), 1);
}

/** Sum of w x over all children, weights of sum 1. */
function arithmeticMean(x, weights) {
  return x.reduce((sum, value, child) => sum + weights[child] * value, 0);
}

/** Round half up to a grid, on which steps x + shift is whole. */
function roundHalfUp(x, [steps, shift]) {
  return (Math.floor(Number((x * steps + shift).toFixed(9)) + 0.5) - shift) / steps;
}

/**
 * Contributions of the children to M(above) - M(below), averaged over all orders in which the children change.
 * @param {number[]} above
 * @param {number[]} below
 * @param {number[]} weights
 * @param {number} exponent
 * @param {object} [rule]
 */
function shapley(above, below, weights, exponent, rule) {
  const size = above.length;
  const means = Array.from({ length: 2 ** size }, (_, set) =>
    combined(above.map((value, child) => ((set >> child) & 1 ? value : below[child])), weights, exponent, rule));
  const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
  return above.map((_, child) => {
    let contribution = 0;
    means.forEach((mean, set) => {
      if ((set >> child) & 1) return;
      let changed = 0;
      for (let bits = set; bits; bits &= bits - 1) changed += 1;
      const share = (factorial(changed) * factorial(size - 1 - changed)) / factorial(size);
      contribution += (means[set | (1 << child)] - mean) * share;
    });
    return contribution;
  });
}

/**
 * 1 + the number of estimates above; estimates equal to 12 decimals share the best rank; null stays null.
 * @param {(number | null)[]} estimates
 * @param {number} sign -1 to count the estimates below instead
 * @param {string} ties dense: equal estimates count once; ordinal: those before it count, too
 */
function ranks(estimates, sign, ties) {
  const rounded = estimates.map((value) => (value === null ? null : sign * Number(value.toFixed(12))));
  const present = rounded.filter((value) => value !== null);
  const counted = ties === 'dense' ? [...new Set(present)] : present;
  return rounded.map((value, place) => {
    if (value === null) return null;
    const before = ties === 'ordinal' ? rounded.slice(0, place).filter((other) => other === value).length : 0;
    return 1 + counted.filter((other) => other > value).length + before;
  });
}

/** The quantile of sorted numbers, interpolated linearly. */
function quantile(sorted, share) {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** The ranks, from 1, at which the cumulative share of counts reaches the quantiles. */
function rankInterval(counts, draws, quantiles) {
  return quantiles.map((share) => {
    let total = 0;
    let index = 0;
    for (; index < counts.length - 1; index += 1) {
      total += counts[index] / draws;
      if (total >= share - 1e-12) break;
    }
    return index + 1;
  });
}

/**
 * Draws of the index of each country.
 * @param {Uint16Array} pillarDraws countries by pillars by draws: multiples of 1 / about.steps
 * @returns {(Float64Array | null)[]} null where the index is missing
 */
function indexDraws(about, pillarDraws, weights, exponent) {
  const { draws, steps, missingStep } = about;
  const powers = new Float64Array(steps + 1);
  for (let step = 0; step <= steps; step += 1) powers[step] = power(step / steps, exponent);
  const size = weights.length;
  const weighted = weights.map((weight, child) => [weight, child]).filter(([weight]) => weight > 0);
  return Array.from(about.countries, (_, country) => {
    const first = country * size * draws;
    const present = weighted.filter(([, child]) => pillarDraws[first + child * draws] !== missingStep);
    if (present.length === 0 || (about.missing === 'refuse' && present.length < weighted.length)) return null;
    const share = present.reduce((sum, [weight]) => sum + weight, 0);
    const values = new Float64Array(draws);
    if (about.rule) {
      const pillars = weights.map((_, child) => first + child * draws);
      for (let draw = 0; draw < draws; draw += 1) {
        const x = pillars.map((start) => (pillarDraws[start + draw] === missingStep ? null : pillarDraws[start + draw] / steps));
        values[draw] = combined(x, weights, exponent, about.rule);
      }
      return values;
    }
    for (let draw = 0; draw < draws; draw += 1) {
      let total = 0;
      let lowest = steps;
      let highest = 0;
      for (const [weight, child] of present) {
        const step = pillarDraws[first + child * draws + draw];
        total += weight * powers[step];
        if (step < lowest) lowest = step;
        if (step > highest) highest = step;
      }
      values[draw] = exponent <= 0 && lowest === 0
        ? 0
        : Math.min(Math.max(root(total / share, exponent), lowest / steps), highest / steps);
    }
    return values;
  });
}

/**
 * One figure of the index of each country from those of the pillars.
 * @param {object} about the rubric's rules
 * @param {object[]} pillars the views of the pillars
 * @param {string} name of the figure
 * @param {number[]} weights of sum 1
 * @param {number} exponent
 */
function aggregate(about, pillars, name, weights, exponent) {
  return about.countries.map((_, row) => {
    const children = pillars.map((pillar) => pillar[name][row]);
    const isMissing = children.some((value, child) => value === null && weights[child] > 0);
    const mean = name !== 'stated' && about.missing === 'refuse' && isMissing ? null : combined(children, weights, exponent, about.rule);
    return mean === null || about.grid === null ? mean : roundHalfUp(mean, about.grid);
  });
}

/**
 * Aggregate the pillars with custom weights.
 * @param {object} about the rubric's rules
 * @param {object[]} pillars the views of the pillars
 * @param {Uint16Array} pillarDraws
 * @param {number[]} weights of any positive sum
 * @param {number} exponent
 * @returns {object} a view of the index, with the same columns as in the data of a day
 */
function reweigh(about, pillars, pillarDraws, weights, exponent) {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => weight / sum);
  const count = about.countries.length;
  const rows = [...Array(count).keys()];
  const aggregated = (name) => aggregate(about, pillars, name, shares, exponent);
  const mean = (name) => rows.map((row) => arithmeticMean(pillars.map((pillar) => pillar[name][row]), shares));
  const view = {
    estimate: aggregated('estimate'),
    stated: aggregated('stated'),
    low: aggregated('low'),
    high: aggregated('high'),
    information: mean('information'),
    availability: mean('availability'),
  };
  const fails = (name, row) => Number(view[name][row].toFixed(12)) < about.publish[name]
    || (name === 'availability' && view[name][row] === 0);
  const failureText = (name, row) => (view[name][row] === 0 && about.publish[name] === 0 ? 'there is no evidence'
    : `${name} ${below(view[name][row], about.publish[name])} is below ${about.publish[name]}`);
  const isBare = (row) => view.availability[row] === 0 && about.publish.availability === 0;
  view.reason = rows.map((row) => [
    ...['availability', 'information'].filter((name) => fails(name, row)).map((name) => failureText(name, row)),
    ...(pillars[0].onActor?.[row] ? [pillars[0].onActor[row]] : []),
    ...(view.estimate[row] === null && !isBare(row) ? [missingText(pillars.flatMap((pillar, child) => (shares[child] > 0 ? pillar.missing[row] : [])), about.shown.missing_nodes)] : []),
  ].join('; '));
  const published = rows.map((row) => view.reason[row] === '');
  view.rank = ranks(rows.map((row) => (published[row] ? view.estimate[row] : null)), signOf(about), about.ties);
  view.band = rows.map((row) => (published[row] ? bandOf(about.bands, view.estimate[row]) : null));
  view.thin = rows.map((row) => ['information', 'availability'].some((name) => fails(name, row)));
  return Object.assign(view, uncertaintyColumns(about, published, pillarDraws, shares, exponent));
}

/** The reason of an index that is missing because nodes are. */
function missingText(names, most) {
  const more = names.length - most;
  return `no evidence on ${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}, which must not be missing`;
}

/** The number of the highest band whose cut, in [0, 1], the estimate reaches, or exceeds if it is open. */
function bandNumber(bands, estimate) {
  const begins = ([cut, , isOpen]) => (isOpen ? Number(estimate.toFixed(12)) > Number(cut.toFixed(12)) : estimate >= cut);
  return bands.filter(begins).length - 1;
}

/** Its label. */
function bandOf(bands, estimate) {
  return bands[bandNumber(bands, estimate)][1];
}

/** 1 where a higher figure is better, else -1. */
function signOf(about) {
  return about.better === 'lower' ? -1 : 1;
}

/** Intervals of index and rank, P(above) and indistinguishable pairs, from the draws. */
function uncertaintyColumns(about, published, pillarDraws, shares, exponent) {
  const count = about.countries.length;
  const { draws } = about;
  const sign = signOf(about);
  const simulated = indexDraws(about, pillarDraws, shares, exponent);
  const sorted = simulated.map((values) => values && values.slice().sort());
  const ahead = simulated.map(() => new Uint16Array(draws)); // number of published countries above in each draw
  const above = new Float64Array(count * count).fill(NaN);
  for (let row = 0; row < count; row += 1) {
    for (let other = 0; other < row; other += 1) {
      const [a, b] = [simulated[row], simulated[other]];
      if (!a || !b) continue;
      const [aheadOfA, aheadOfB] = [ahead[row], ahead[other]];
      const counts = published[row] && published[other] ? 1 : 0;
      let lead = 0;
      for (let draw = 0; draw < draws; draw += 1) {
        const difference = sign * (a[draw] - b[draw]);
        if (difference > 0) {
          lead += 1;
          aheadOfB[draw] += counts;
        } else if (difference < 0) {
          lead -= 1;
          aheadOfA[draw] += counts;
        }
      }
      above[row * count + other] = (draws + lead) / (2 * draws);
      above[other * count + row] = (draws - lead) / (2 * draws);
    }
  }
  if (about.ties && about.ties !== 'competition') {
    for (let draw = 0; draw < draws; draw += 1) {
      const values = simulated.map((drawn, row) => (published[row] && drawn ? drawn[draw] : null));
      ranks(values, sign, about.ties).forEach((rank, row) => { ahead[row][draw] = rank === null ? 0 : rank - 1; });
    }
  }
  const ranked = published.filter(Boolean).length;
  const intervals = ahead.map((numbersAhead, row) => {
    if (!published[row]) return [null, null];
    const counts = new Array(ranked).fill(0);
    for (const number of numbersAhead) counts[number] += 1;
    return rankInterval(counts, draws, about.quantiles);
  });
  return {
    intervalLow: sorted.map((values) => values && quantile(values, about.quantiles[0])),
    intervalHigh: sorted.map((values) => values && quantile(values, about.quantiles[1])),
    rankLow: intervals.map(([low]) => low),
    rankHigh: intervals.map(([, high]) => high),
    above,
    indistinguishable: above.map((share) => (Number.isNaN(share) || distinguishable(share, about.quantiles) ? 0 : 1)),
  };
}

// -- packed data -------------------------------------------------------------------------------------------------------

/** @param {string} text base64 */
function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Little-endian 16-bit numbers in base64. */
function unpackSteps(text) {
  const raw = new DataView(bytes(text).buffer);
  return Uint16Array.from({ length: raw.byteLength / 2 }, (_, index) => raw.getUint16(2 * index, true));
}

/**
 * A full matrix from the elements above its diagonal, row by row.
 * @param {(index: number) => number} upper
 * @param {(value: number) => number} mirrored
 */
function square(count, upper, mirrored) {
  const full = new Float64Array(count * count).fill(NaN);
  let index = 0;
  for (let row = 0; row < count; row += 1) {
    for (let column = row + 1; column < count; column += 1, index += 1) {
      full[row * count + column] = upper(index);
      full[column * count + row] = mirrored(upper(index));
    }
  }
  return full;
}

/** The matrix of indistinguishable pairs, from one bit per pair. */
function pairMatrix(text, count) {
  const bits = bytes(text);
  return square(count, (index) => (bits[index >> 3] >> (7 - (index & 7))) & 1, (value) => value);
}

/** P(row above column), from multiples of 1 / probabilitySteps. */
function aboveMatrix(text, count, probabilitySteps) {
  const steps = unpackSteps(text);
  return square(count, (index) => steps[index] / probabilitySteps, (value) => 1 - value);
}
