"""Reports as passages of the text that a reader sees."""
