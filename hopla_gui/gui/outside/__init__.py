"""Programs outside the window: the editor, a terminal."""
