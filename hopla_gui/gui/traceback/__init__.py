"""A traceback with its source and variables: lines that fold, search, the way to the editor."""
