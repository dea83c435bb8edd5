"""Report templates: fill placeholders with figures."""
