"""The files that run inside the interpreter of the user's script."""
