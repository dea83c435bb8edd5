"""From an assessment to simulated indices, ranks and intervals: section 8 of docs/method.md."""
