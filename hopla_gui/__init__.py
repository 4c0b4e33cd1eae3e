"""Point-and-click parameter sweeps over Python scripts."""

__version__ = "0.1.0"
