"""``hopla-gui`` and ``python -m hopla_gui``."""

import os
import sys


def main() -> int:
    """Run the program; an interrupt while it is loaded ends it as one that comes later."""
    try:
        _reserve_standard_handles()
        from hopla_gui import cli
    except KeyboardInterrupt:
        return 130
    return cli.main()


def _reserve_standard_handles() -> None:
    """Let none of our sockets become what our children take for their stdin, stdout or stderr."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # whoever started us has closed it
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


if __name__ == "__main__":
    sys.exit(main())
