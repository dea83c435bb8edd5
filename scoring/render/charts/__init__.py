"""Charts as SVG: each a function from results to a `canvas.Chart`, whose text says what the picture shows."""
