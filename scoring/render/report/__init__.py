"""Figures filled into reports."""
