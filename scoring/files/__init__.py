"""Reading and writing files, on disk and in git: YAML to validated models, or to all errors with line and column."""
