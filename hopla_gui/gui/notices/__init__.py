"""What of a run is told outside the window: title, taskbar, notifications of the desktop."""
