"""A run while it lasts: who gives out jobs, who runs them, how they stand."""
