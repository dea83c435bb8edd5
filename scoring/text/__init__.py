"""Plain values as text; knows no score."""
