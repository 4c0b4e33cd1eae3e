"""What the program sets up before its window."""

import sys

from hopla_gui.gui.app import give_way_to_painting


def test_threads_give_way_to_painting():
    before = sys.getswitchinterval()
    try:
        give_way_to_painting()
        assert sys.getswitchinterval() <= before / 5
    finally:
        sys.setswitchinterval(before)
