"""pyqtgraph, which draws the plots: an extra, loaded when the first plot is to be seen.

It takes half a second to load, so that is done on another thread; what is made of it is made on
the main one.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec

NEEDED = ("numpy", "pyqtgraph")
COMMAND = "pip install 'hopla-gui[plots]'"


def is_installed() -> bool:
    """Whether what is needed can be found; it is not loaded."""
    return all(find_spec(name) is not None for name in NEEDED)


def load() -> str:
    """Load all that draws; return why it cannot be, empty where it can.

    May be called from any thread.
    """
    try:
        importlib.import_module("hopla_gui.gui.plots.plot_pane")
    except (ImportError, AttributeError, OSError) as error:  # a broken or too old library
        return f"{type(error).__name__}: {error}"
    return ""
