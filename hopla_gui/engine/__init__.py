"""Inspect, expand, run, store, export: no window, no event loop."""
