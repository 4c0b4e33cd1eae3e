"""The stored runs: read off the window's thread, listed, opened, described, resumed, deleted."""
