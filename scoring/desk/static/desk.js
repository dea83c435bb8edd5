'use strict';
// Without this script everything works: it checks while one types, and keeps what was typed.

const form = document.querySelector('form[data-form]');
const prefix = form && `desk:${form.dataset.form}#`;

function values(form) {
  const skipped = new Set(['version', 'action']);
  return [...new FormData(form)].filter(([name, value]) => !skipped.has(name) && typeof value === 'string');
}

// The desk makes the form again from what was typed, with the questions that were added to it.
function bringBack(form, entries) {
  const again = document.createElement('form');
  again.method = 'post';
  for (const [name, value] of [...entries, ['version', form.elements.version.value], ['action', 'preview']]) {
    const input = document.createElement('input');
    [input.type, input.name, input.value] = ['hidden', name, value];
    again.append(input);
  }
  document.body.append(again);
  again.submit();
}

// What was typed is kept in the browser until it is saved, so that a desk that ends loses nothing. Each window keeps its
// own, under a name that the form carries along.
function keep(form) {
  const note = form.querySelector('.kept'), own = () => prefix + form.elements.draft.value;
  const lost = Object.keys(localStorage).filter(key => key.startsWith(prefix));
  if (lost.length && !form.elements.draft.value) {
    note.textContent = lost.length > 1 ? 'There are unsaved texts of this form. ' : 'There is an unsaved text of this form. ';
    for (const key of lost) {
      const button = document.createElement('button'), entries = JSON.parse(localStorage.getItem(key));
      button.type = 'button';
      const begins = (entries.find(([name]) => name === 'text') || ['', ''])[1].slice(0, 30);
      button.textContent = lost.length > 1 && begins ? `Bring back “${begins}…”` : 'Bring it back';
      button.addEventListener('click', () => bringBack(form, entries));
      note.append(button, ' ');
    }
  }
  form.addEventListener('input', event => {
    if (event.target.type === 'search') return;
    form.elements.draft.value ||= Math.random().toString(36).slice(2, 10);
    localStorage.setItem(own(), JSON.stringify(values(form)));
    note.textContent = 'Kept in this browser until you save.';
  });
  form.addEventListener('submit', event => {
    const action = event.submitter && event.submitter.value;
    sessionStorage.setItem('desk-submitted', ['save', 'nothing'].includes(action) ? own() : '');
  });
}

let timer = 0, asked = 0;
async function check(form) {
  const findings = document.getElementById('findings');
  if (!findings) return;
  const number = ++asked;
  const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== 'add' && name !== 'action'));
  body.set('action', 'preview');
  try {
    const answer = await fetch(location.href, { method: 'POST', body });
    if (!answer.ok || number !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['findings', 'proposals', 'duplicates']) {
      const part = document.getElementById(id), fresh = page.getElementById(id);
      if (part && fresh) part.replaceChildren(...fresh.childNodes);
    }
    mark(form);
  } catch {
    findings.querySelector('h2').textContent = 'Check: the desk does not answer; start it again';
  }
}

function mark(form) {
  for (const element of form.querySelectorAll('[aria-invalid]')) element.removeAttribute('aria-invalid');
  for (const problem of form.querySelectorAll('.problems [data-field]')) {
    const element = form.elements[problem.dataset.field];
    if (!(element instanceof HTMLElement)) continue;
    element.setAttribute('aria-invalid', 'true');
    if (problem.dataset.slug === 'unknown-publisher') form.querySelector('.publisher').open = true;
  }
}

if (form) {
  keep(form);
  form.addEventListener('input', event => {
    if (event.target.type === 'search') return;
    clearTimeout(timer);
    timer = setTimeout(() => check(form), 600);
  });
  mark(form);
  const broken = form.querySelector('.problems .error');
  if (broken) broken.scrollIntoView({ block: 'nearest' });
}

const submitted = sessionStorage.getItem('desk-submitted');
if (submitted && 'saved' in document.body.dataset) {
  localStorage.removeItem(submitted);
  sessionStorage.removeItem('desk-submitted');
}

if (document.querySelector('[data-reload]')) setTimeout(() => location.reload(), 2000);

for (const input of document.querySelectorAll('input[data-into]')) {
  input.addEventListener('change', async () => {
    const [file] = input.files, target = document.getElementById(input.dataset.into);
    if (!file) return;
    target.value = await file.text();
    const suffix = `.${file.name.split('.').pop().toLowerCase()}`;
    document.getElementById('suffix').value = suffix === '.htm' ? '.html' : ['.html', '.md'].includes(suffix) ? suffix : '.txt';
  });
}

for (const input of document.querySelectorAll('input[data-filter]')) {
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of document.querySelectorAll(input.dataset.filter)) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every(word => text.includes(word));
    }
  });
}
