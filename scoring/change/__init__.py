"""What moved, and why."""
