// -- figures as files, citations and embedded pages ----------------------------------------------------------------------

/** The picture of a figure as SVG: that in the page, or for the ranking and the map of the published index its print version. */
async function pictureOf(figure) {
  const shown = $('svg.chart', figure);
  if (shown) return new XMLSerializer().serializeToString(shown);
  return (await load('figures', 'data/figures.js'))[figure.dataset.figure];
}

/** The cells of a table as CSV. */
function csvOf(table) {
  const text = (cell) => (cell.querySelector('data')?.parentElement === cell && cell.children.length === 1
    ? cell.firstElementChild.textContent : cell.textContent).trim().replaceAll('\u00ad', '').replace(/\s+/g, ' ');
  const guarded = (value) => (/^[=+@\t\r-]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value); // no formula for a spreadsheet
  const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return $$('tr', table).map((tr) => [...tr.cells].filter((cell) => !cell.matches('.chart')).map((cell) => quoted(guarded(text(cell)))).join(',')).join('\r\n') + '\r\n';
}

/** A PNG of twice the size of a picture. A data address keeps the canvas readable also in a folder. */
async function pngOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = element('canvas', { width: image.width * 2, height: image.height * 2 });
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
}

function save(blob, name) {
  const link = element('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A page of the site, with its address on the web if that is known. */
function addressOf(path) {
  return about.address ? about.address + path : new URL(home + path, location.href).href;
}

/** The code that shows a figure in another page. */
function embedCode(figure) {
  const query = new URLSearchParams(queryOf(current));
  query.set('figure', figure.dataset.figure);
  const title = $('h2, h3', figure)?.textContent ?? about.rubric.title;
  const height = Math.ceil(figure.getBoundingClientRect().height + 60);
  const src = addressOf(`embed.html?${query}`).replaceAll('%2C', ',');
  return element('iframe', { src, title, width: '100%', height, loading: 'lazy' }).outerHTML;
}

/** What of the state a figure of all countries shows, besides the day: a pillar, or weights of the reader. */
function shownOf(state) {
  const weights = !state.pillar && state.weights ? `weights ${state.weights.join(', ')}, exponent ${state.exponent}` : '';
  return isPillarOf(state) ? labelOf(state) : weights;
}

/** A citation of a figure: that of the country, or of the figures of all countries on a day. */
function citationOf() {
  const own = $('#citation')?.textContent.trim();
  if (own) return own;
  const [id, title, version, digest] = rubricOf(current);
  const what = [title, shownOf(current), `${id} ${version} (digest ${digest.replace('sha256:', '').slice(0, 12)})`].filter(Boolean).join(', ');
  const here = location.pathname.split('/').pop() || 'index.html';
  return `${what}, as of ${longDate(current.date)}. ${addressOf(here + queryOf(current))}`;
}

/** The name of a saved file: figures that differ have different names. */
function nameOf(figure) {
  const [id] = rubricOf(current);
  const weights = page === 'overview' && !current.pillar && current.weights ? `weights-${current.weights.join('-')}-exponent-${current.exponent}` : '';
  return [id, figure.dataset.figure, page === 'country' ? current.country : '', page === 'overview' && isPillarOf(current) ? current.pillar : '',
    weights, current.date].filter(Boolean).join('-');
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-save]');
  if (!button) return;
  const figure = button.closest('[data-figure]');
  const name = nameOf(figure);
  const status = $('.saved', button.parentElement);
  try {
    if (button.dataset.save === 'csv') save(new Blob(['\ufeff', csvOf($('table', figure))], { type: 'text/csv' }), `${name}.csv`);
    if (button.dataset.save === 'svg') save(new Blob([await pictureOf(figure)], { type: 'image/svg+xml' }), `${name}.svg`);
    if (button.dataset.save === 'png') save(await pngOf(await pictureOf(figure)), `${name}.png`);
    if (button.dataset.save === 'cite') status.textContent = await copied(citationOf());
    if (button.dataset.save === 'embed') status.textContent = await copied(embedCode(figure));
  } catch (error) {
    status.textContent = error.message;
  }
});

/** Copy a text; returns what is then shown. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return `Copied: ${text}`;
  } catch {
    return text;
  }
}
