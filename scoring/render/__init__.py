"""Results as text, tables, JSON, charts and pages: a module for each output."""
