"""A stored run → files for other programs and people: JSON, tables, a report."""
