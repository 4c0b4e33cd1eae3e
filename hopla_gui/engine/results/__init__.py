"""Runs as they lie on disk: written, read, taken over."""
