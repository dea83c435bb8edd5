"""From a table to profiles: what its file says, its cells as codes, each cell a statement."""
