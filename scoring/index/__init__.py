"""From statements to scores, ranks and bands: sections 2 to 6 of docs/method.md."""
