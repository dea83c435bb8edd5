"""Statistical formulas on arrays, independent of countries and rubrics."""
