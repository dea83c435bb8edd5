"""Results as text, tables, JSON, charts and pages: one module per output."""
