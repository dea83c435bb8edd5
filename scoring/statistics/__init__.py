"""Formulas on arrays, which know no country."""
