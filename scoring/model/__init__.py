"""What YAML may say, as frozen values with look-ups; no disk, no arithmetic on scores."""
