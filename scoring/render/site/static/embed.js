// -- one figure in the page of another site --------------------------------------------------------------------------------

/** Go to the page that has the figure of the query of embed.html. */
function forward() {
  const query = new URLSearchParams(location.search);
  const figure = query.get('figure') ?? 'ranking';
  const ofAll = figure.startsWith('matrix') ? 'matrix.html' : { editions: 'trend.html' }[figure] ?? 'index.html';
  const isOfCountry = !['ranking', 'map', 'table', 'pairs'].includes(figure) && ofAll !== 'matrix.html' && codes.includes(query.get('country'));
  const target = isOfCountry ? `countries/${query.get('country')}.html` : ofAll;
  query.delete('figure');
  if (isOfCountry) query.delete('country');
  query.set('embed', figure);
  location.replace(`${target}?${query}`);
}

/** Show one figure of a page and a link to all of it; everything else stays in the page, out of sight. */
function showOne() {
  const query = new URLSearchParams(location.search);
  const wanted = query.get('embed');
  query.delete('embed');
  query.delete('theme');
  const whole = () => element('p', { class: 'note whole' }, `${about.rubric.title}, ${about.rubric.id} ${about.rubric.version}. `,
    element('a', { href: `${location.pathname}${query.size ? `?${query}` : ''}`, target: '_blank', rel: 'noopener' }, 'Explore the figures'));
  let figure = $$('[data-figure]').find((node) => node.dataset.figure === wanted);
  if (!figure) {
    figure = $('#no-figure') ?? element('section', { id: 'no-figure' }, element('p', {}, 'There is no such figure here.'));
    $('#main').append(figure);
  }
  for (let node = figure; node.id !== 'main'; node = node.parentElement) {
    [...node.parentElement.children].forEach((other) => other.classList.toggle('apart', other !== node));
  }
  if (!$('.whole', figure)) figure.append(whole());
}
