"""From statements to scores: sections 2 to 6 of docs/method.md."""
