"""Right side of the window: the jobs of a run and their details."""
