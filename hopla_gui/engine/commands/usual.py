"""Values that are given as nearly all are: a flag and a text that can be nothing but a value.

How the first of them is given says how all the others are, so a million values are not judged one
by one. What is not plain (a dash in front, a choice, a list) goes the long way, `make_argument`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hopla_gui.domain.params import Action, ParserSpec
from hopla_gui.engine.commands.argtext import JUDGED_TYPES
from hopla_gui.engine.commands.argument import Argument
from hopla_gui.engine.commands.command import Command, Slot

IsPlain = Callable[[str], object]
_STAND_INS: dict[str | None, object] = {None: "a", "str": "a", "int": 1, "float": 1.0}


def plain_texts(spec: ParserSpec) -> IsPlain:
    """Return what tells whether a text reads as nothing but a value, wherever it stands."""
    special = re.escape(spec.prefix_chars + "-" + (spec.fromfile_prefix_chars or ""))
    return re.compile(rf"(?![{special}])[A-Za-z0-9./_][\x20-\ud7ff]*").fullmatch


class UsualArguments:
    """Gives values of one parameter.

    Attributes
    ----------
    example
        How a plain text is given, where all plain texts are given alike; else ``None``.
    """

    def __init__(self, command: Command, slot: Slot, is_plain: IsPlain) -> None:
        self._command = command
        self._slot = slot
        self._is_plain = is_plain
        self._type = slot.target.candidates[0][1].type
        self.example = self._example()
        self._head = self.example.argv[:-1] if self.example else ()

    def _example(self) -> Argument | None:
        [(_, param), *others] = self._slot.target.candidates
        if others or param.choices is not None or param.nargs is not None:
            return None
        if param.action is not Action.STORE:
            return None
        return self._command.argument(self._slot, _STAND_INS.get(param.type, "a"))

    def of(self, value: object) -> Argument:
        """Return the strings that give a value.

        Raises
        ------
        UserError
            Where argparse has no way to say it.
        """
        text = self._text(value)
        if self.example is None or text is None or not self._is_plain(text):
            return self._command.argument(self._slot, value)
        return Argument((*self._head, text), self.example.shape)

    def _text(self, value: object) -> str | None:
        """Return the text of a value that is right for the parameter, ``None`` where in doubt."""
        kind = type(value)
        if kind is str and self._type not in ("int", "float"):
            return value  # type: ignore[return-value]
        if kind is int or (kind is float and self._type != "int"):
            return repr(value) if abs(value) < _MOST else None  # type: ignore[arg-type]
        return None

    @property
    def judges_texts(self) -> bool:
        """Whether some texts are refused, such as those that are no numbers."""
        return self._type in JUDGED_TYPES and self._type not in (None, "str")


_MOST = 1e300  # beyond it, a number may have more digits than Python converts, or be none
