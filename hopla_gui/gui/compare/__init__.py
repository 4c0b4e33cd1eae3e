"""Several jobs side by side."""
