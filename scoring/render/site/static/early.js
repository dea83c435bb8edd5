// An address that asks for more than the page shows by itself: nothing is shown until it is there, lest the page jump.
if (location.search) document.documentElement.classList.add('waiting');
