"""From a published table to its rule: which weights and which mean reproduce the printed totals."""
