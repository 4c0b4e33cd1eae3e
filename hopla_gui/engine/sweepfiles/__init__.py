"""Sweep files and tables: TOML and text to set-ups, and back."""
