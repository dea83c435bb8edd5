// Where the address has a query, hide the page until its data is loaded, so that the layout does not shift.
if (location.search) document.documentElement.classList.add('waiting');
