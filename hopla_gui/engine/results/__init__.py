"""Runs as they lie on disk: written, read, exported, taken over."""
