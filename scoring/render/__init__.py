"""Results to text: these modules read values and compute no score."""
