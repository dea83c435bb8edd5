"""Data models of rubric, profiles and reference data, as frozen pydantic models without file access."""
