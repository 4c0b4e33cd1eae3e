"""Runs on a cluster, or on any hosts that see one folder.

``runner`` owns the flow; a `backend.Backend` speaks to one scheduler by its commands; ``folder``
is what this machine and the nodes share. What runs on a node is the payload's ``node``.
"""
