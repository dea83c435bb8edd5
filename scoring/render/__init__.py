"""Results to text. A module here may ask the engine for what it shows, and computes no score by itself."""
