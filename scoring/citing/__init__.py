"""Scores in reports: cited with an id, and verified."""
