"""Changes of scores and their causes: lock file, differences, trend and briefing."""
