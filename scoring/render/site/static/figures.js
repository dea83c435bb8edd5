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

/** The code that shows a figure in another page. */
function embedCode(figure) {
  const query = new URLSearchParams({ figure: figure.dataset.figure });
  if (current.country) query.set('country', current.country);
  if (current.pillar) query.set('pillar', current.pillar);
  if (current.date !== about.default) query.set('date', current.date);
  const address = new URL(`${home}embed.html?${query}`, location.href).href;
  const title = $('h2, h3', figure)?.textContent ?? about.rubric.title;
  const frame = element('iframe', { src: address, title, width: '100%', height: Math.ceil(figure.getBoundingClientRect().height + 60), loading: 'lazy' });
  return frame.outerHTML;
}

/** A citation of a figure: that of the country, or of the figures of all countries on a day. */
function citationOf() {
  const { id, version, title } = about.rubric;
  return $('#citation')?.textContent.trim()
    ?? `${title}, ${id} ${version} (digest ${about.digest.slice(0, 12)}), as of ${longDate(current.date)}. ${location.href}`;
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-save]');
  if (!button) return;
  const figure = button.closest('[data-figure]');
  const name = [about.rubric.id, figure.dataset.figure, page === 'country' ? current.country : '', current.date].filter(Boolean).join('-');
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
