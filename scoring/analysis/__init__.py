"""Analyses of an assessment: one module per command, with the name of the command."""
