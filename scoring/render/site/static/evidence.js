// -- evidence of all countries -------------------------------------------------------------------------------------------

const SHOWN = 50; // statements at a time

/** @returns {Promise<void>} */
async function showEvidence(state, more = false) {
  const all = await load('evidence', 'data/evidence.js');
  const fields = $('#filters').elements;
  const words = fields.text.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const [from, to] = [fields.from.value, fields.to.value];
  const matches = all.statements.filter(([country, pillars, text, , publisher, date, , , title]) => {
    const year = date.slice(0, 4);
    return (!state.country || country === state.country)
      && (!state.pillar || pillars.split(' ').includes(state.pillar))
      && (!fields.publisher.value || publisher === fields.publisher.value)
      && (!from || (year && year >= from)) && (!to || (year && year <= to))
      && words.every((word) => `${text} ${title} ${publisher}`.toLowerCase().includes(word));
  });
  const list = $('#statements');
  const already = more ? list.children.length : 0;
  const items = matches.slice(already, already + SHOWN).map(([country, pillars, text, url, publisher, date, grade, id, title]) =>
    element('li', {},
      element('p', { class: 'text' }, text),
      element('p', { class: 'source' }, element('a', { href: `countries/${country}.html` }, names.get(country)), ', ',
        url ? element('a', { href: url, rel: 'noopener noreferrer' }, title) : title, `, ${publisher}; ${date || 'undated'}; grade ${grade}; `,
        element('code', {}, id), pillars ? '' : ' (context, not scored)')));
  if (more) list.append(...items);
  else list.replaceChildren(...items);
  $('#found').textContent = `${matches.length.toLocaleString('en')} of ${all.statements.length.toLocaleString('en')} statements`
    + `${matches.length > list.children.length ? `; the first ${list.children.length} are shown` : ''}.`;
  $('#more').hidden = list.children.length >= matches.length;
}

async function prepareEvidence() {
  const all = await load('evidence', 'data/evidence.js');
  const counts = new Map();
  for (const statement of all.statements) counts.set(statement[4], (counts.get(statement[4]) ?? 0) + 1);
  const publishers = [...counts].sort((a, b) => a[0].localeCompare(b[0], 'en'));
  const fields = $('#filters').elements;
  fields.publisher.append(...publishers.map(([name, count]) => element('option', { value: name }, `${name} (${count})`)));
  const query = new URLSearchParams(location.search);
  for (const name of ['text', 'publisher', 'from', 'to']) if (query.has(name)) fields[name].value = query.get(name);
  let waiting = 0;
  $('#filters').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { showEvidence(current); remember(current, 'replaceState'); }, 150);
  });
  $('#filters').addEventListener('submit', (event) => event.preventDefault());
  $('#more').addEventListener('click', () => showEvidence(current, true));
}
