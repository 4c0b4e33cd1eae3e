"""``python -m hopla_gui``."""

import sys

from hopla_gui.cli import main

if __name__ == "__main__":
    sys.exit(main())
