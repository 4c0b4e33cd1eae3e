"""A PBS (or a TORQUE) of our own for the tests: a server, nodes that are processes, and commands.

What the commands take and print is that of the documentation; scripts are really run.
"""
