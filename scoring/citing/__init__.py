"""Citations of scores: an id for each score, and verification of the figures that reports cite."""
