"""The data of an assessment for other programs: one set of tables, and one module per format."""
