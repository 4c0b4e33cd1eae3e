"""Left side of the window: the script, its form and its sweep."""
