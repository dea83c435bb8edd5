// Where the address has a query, hide the page until its data is loaded, so that the layout does not shift.
if (location.search) document.documentElement.classList.add('waiting');
const chosen = new URLSearchParams(location.search);
if (chosen.has('embed')) document.documentElement.classList.add('embed');
if (['light', 'dark'].includes(chosen.get('theme'))) document.documentElement.style.colorScheme = chosen.get('theme');
