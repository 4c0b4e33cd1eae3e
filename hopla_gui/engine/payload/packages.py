"""Prints the distributions that this interpreter finds, as JSON: name → version.

Read from the names of their metadata folders: nothing is imported, and 3.6 can do it too.
"""

import json
import os
import sys


def main(arguments):
    """Print what is found; the first on the path counts, as it does for an import."""
    found = {}
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            stem, suffix = os.path.splitext(name)
            if suffix in (".dist-info", ".egg-info"):
                project, _, version = stem.partition("-")
                found.setdefault(project, version.partition("-")[0])
    print(json.dumps(found))  # noqa: T201 - the answer
