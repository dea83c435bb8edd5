"""Monte Carlo simulation of indices and ranks, with their intervals: section 8 of docs/method.md."""
