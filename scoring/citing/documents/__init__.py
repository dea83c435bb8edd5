"""Parsers of report formats into passages of visible text."""
