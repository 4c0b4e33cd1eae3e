"""What values hold, looked at closely: files that they name, and texts page by page."""
