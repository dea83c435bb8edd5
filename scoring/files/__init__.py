"""Disk and git: from YAML to a checked model, or to every error with its place; files written whole."""
