"""Charts as SVG: each is a function from results to a `canvas.Chart`, which has a text alternative."""
