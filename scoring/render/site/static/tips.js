// -- what the pointer or the focus is on: a text beside it, and the same country elsewhere on the page -----------------

const tip = element('div', { id: 'tip', role: 'tooltip', hidden: '' });
document.body.append(tip);

/** The text on a country in the shown view. */
function tipOf(node) {
  return shownView && codes.includes(node.dataset.country) ? summaryOf(shownView, { ...current, country: node.dataset.country }) : '';
}

function showTip(node, x, y) {
  const text = tipOf(node);
  if (!text) return hideTip();
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, x - width / 2), document.documentElement.clientWidth - width - 8);
  const above = y - height - 14;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above < 8 ? y + 20 : above) + scrollY}px`;
  mark(node.dataset.country);
}

function hideTip() {
  tip.hidden = true;
  mark(null);
}

let marked = null;

/** Mark a country, and the countries that are not distinguishable from it, wherever the overview shows them. */
function mark(code) {
  if (code === marked || page !== 'overview') return;
  marked = code;
  const row = codes.indexOf(code);
  const isPair = row < 0 ? null : pairTest(shownView);
  for (const node of $$('#ranking tbody tr, .map a, #figures tbody tr')) {
    const other = codes.indexOf(node.dataset.country);
    node.classList.toggle('marked', row >= 0 && other === row);
    node.classList.toggle('dimmed', row >= 0 && other !== row && !isPair(row, other));
  }
}

const TIPPED = '#ranking tbody tr, .map a';

document.addEventListener('pointermove', (event) => {
  const node = event.target.closest?.(TIPPED);
  if (node) showTip(node, event.clientX, event.clientY);
  else if (!tip.hidden && !document.activeElement?.closest(TIPPED)) hideTip();
});
document.addEventListener('pointerdown', (event) => { // a touch moves no pointer
  const node = event.target.closest?.(TIPPED);
  if (node) showTip(node, event.clientX, event.clientY);
  else hideTip();
});
document.addEventListener('focusin', (event) => {
  if (!event.target.matches(':focus-visible')) return undefined; // of the pointer
  const node = event.target.closest?.(TIPPED);
  if (!node) return hideTip();
  const box = event.target.getBoundingClientRect();
  return showTip(node, box.left + box.width / 2, box.top);
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hideTip(); });
