"""One parameter and one value: the strings that give it, or why there are none.

`Argument.shape` is all that the rest of a command needs to know of them, so that a million jobs
share the few decisions that their shapes call for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from hopla_gui.domain.params import Action, ParamSpec
from hopla_gui.engine.commands.argreader import REMAINDER, ArgReader
from hopla_gui.engine.commands.argtext import Misfit, is_list, text_of

MAX_COUNT = 1000
_EXPONENT = re.compile(r"-[\d.]+e[+-]?\d+")


class Shape(NamedTuple):
    """What an argument means for those around it.

    Attributes
    ----------
    place
        Which of its level's parameters is given; -1 for none.
    pattern
        How a positional's strings read, one letter each: A a value, O a flag, - the ``--``.
    is_open
        An option that would take strings behind it for its own.
    head
        How the parsers above read its first string.
    """

    place: int
    pattern: str = ""
    is_open: bool = False
    head: str = ""


class Argument(NamedTuple):
    """The strings that give a parameter its value; none where leaving it out does."""

    argv: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an argument's parser, and those above it, make of strings.

    Attributes
    ----------
    readers
        From the program's own parser to the one that the parameter belongs to.
    file_chars
        ``fromfile_prefix_chars`` of the program's parser, which sees every string first.
    """

    readers: tuple[ArgReader, ...]
    file_chars: str = ""

    @property
    def reader(self) -> ArgReader:
        """The parameter's own parser."""
        return self.readers[-1]

    def must_attach(self, text: str) -> bool:
        """Whether the string would not be taken as a value where it stands alone."""
        return self.reader.is_flag(text) or text[:1] in (*self.file_chars,)

    def refuse_unreadable(self, argv: Iterable[str]) -> None:
        """Raise where the program's parser would end at a string, whoever it is meant for."""
        for text in argv:
            if text[:1] in (*self.file_chars,):
                raise Misfit(f"{text!r} would be read as the name of a file of arguments")
            if any(reader.is_ambiguous(text) for reader in self.readers):
                raise Misfit(f"{text!r} would be read as an abbreviation of several flags")


def make_argument(
    candidates: Sequence[tuple[int, ParamSpec]],
    named_flag: str | None,
    value: object,
    around: Surroundings,
) -> Argument:
    """Return the strings that give a value under a parameter's name.

    Parameters
    ----------
    candidates
        The parameters of that name with their places; several where they share a ``dest``.
    named_flag
        The flag by which the one candidate is named, ``None`` where its ``dest`` is.

    Raises
    ------
    Misfit
        Where argparse has no way to say it.
    """
    if len(candidates) > 1:
        place, argv, is_open = _shared(candidates, value, around)
    else:
        [(place, param)] = candidates
        argv, is_open = _strings(param, named_flag, value, around)
        if param.is_positional:
            return Argument(argv, _positional_shape(place, argv, around))
    if not argv:
        return Argument((), Shape(-1))
    around.refuse_unreadable(argv)
    return Argument(argv, Shape(place, "", is_open, _head(argv[0], around)))


# -- one dest, several parameters ----------------------------------------------------------------


def _shared(
    candidates: Sequence[tuple[int, ParamSpec]], value: object, around: Surroundings
) -> tuple[int, tuple[str, ...], bool]:
    """Find the parameters that give the value wanted: constants first, then what takes values."""
    if is_list(value) and all(param.action is Action.APPEND_CONST for _, param in candidates):
        chosen = [
            _with_constant(candidates, item) for item in _beyond_default(candidates[0][1], value)
        ]
        flags = (_flag(param, around) for _, param in chosen)
        return candidates[0][0], tuple(flags), False
    for place, param in candidates:
        if param.nargs == 0 and _same(_constant(param), value):
            return place, (_flag(param, around),), False
    if isinstance(value, bool) and not value and not candidates[0][1].default:
        return -1, (), False
    for place, param in candidates:
        if param.takes_value:
            return place, *_strings(param, None, value, around)
    raise Misfit(
        f"{value!r} is given by none of {', '.join(param.label for _, param in candidates)}"
    )


def _with_constant(
    candidates: Sequence[tuple[int, ParamSpec]], value: object
) -> tuple[int, ParamSpec]:
    for place, param in candidates:
        if _same(param.const, value):
            return place, param
    known = ", ".join(repr(param.const) for _, param in candidates)
    raise Misfit(f"takes a list of {known}, not {value!r}")


def _constant(param: ParamSpec) -> object:
    constants = {Action.STORE_TRUE: True, Action.STORE_FALSE: False}
    return constants.get(param.action, param.const)


def _same(one: object, other: object) -> bool:
    """Whether two values are equal, ``True`` and ``1`` kept apart."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


# -- one parameter -------------------------------------------------------------------------------


def _strings(
    param: ParamSpec, named_flag: str | None, value: object, around: Surroundings
) -> tuple[tuple[str, ...], bool]:
    """Return the strings, and whether they leave the option open."""
    if param.ends_the_script:
        raise Misfit("prints a text and ends the script: it cannot be given to a job")
    if param.is_positional:
        return _positional(param, value, around), False
    flag = _flag(param, around)
    if param.action is Action.BOOLEAN_OPTIONAL:
        return _boolean_optional(param, named_flag, value), False
    if param.is_boolean:
        return _switch(param, flag, named_flag, value), False
    if param.action is Action.COUNT:
        return (flag,) * _count(param, named_flag, value), False
    if param.nargs == 0:
        return _constant_flag(param, named_flag or flag, value), False
    if param.repeats or (param.action is Action.CUSTOM and not param.takes_many and is_list(value)):
        return _repeated(param, flag, value, around)
    return _option(param, flag, value, around)


def _flag(param: ParamSpec, around: Surroundings) -> str:
    """Return the long flag, unless a parser above would take it for an abbreviation of several."""
    long_first = sorted(param.flags, key=lambda flag: flag != param.preferred_flag)
    return next(
        (flag for flag in long_first if not any(r.is_ambiguous(flag) for r in around.readers)),
        long_first[0],
    )


def _boolean_optional(param: ParamSpec, named_flag: str | None, value: object) -> tuple[str, ...]:
    wanted = _boolean(value)
    if named_flag and named_flag.startswith("--no-"):
        return (named_flag,) if wanted else ()
    for flag in sorted(param.flags, key=lambda flag: flag[:2] != "--"):
        if flag.startswith("--no-") is not wanted:
            return (flag,)
    if wanted is bool(param.default):
        return ()
    raise Misfit(f"has no flag that says {str(wanted).lower()}")


def _switch(param: ParamSpec, flag: str, named_flag: str | None, value: object) -> tuple[str, ...]:
    wanted = _boolean(value)
    if named_flag:
        return (flag,) if wanted else ()
    if wanted is _constant(param):
        return (flag,)
    unset = param.default is None or bool(param.default) is wanted
    if not unset:
        raise Misfit(f"is {str(not wanted).lower()} whether {flag} is given or not")
    return ()


def _count(param: ParamSpec, named_flag: str | None, value: object) -> int:
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise Misfit(
            f"counts how often its flag is given, up to {MAX_COUNT}: {value!r} is no such number"
        )
    start = param.default if isinstance(param.default, int) and not named_flag else 0
    if value < start:
        raise Misfit(f"counts up from its default of {start}: {value} cannot be reached")
    return value - start


def _constant_flag(param: ParamSpec, flag: str, value: object) -> tuple[str, ...]:
    if param.action is Action.APPEND_CONST and is_list(value):
        return tuple(
            flag for item in _beyond_default(param, value) if _with_constant([(0, param)], item)
        )
    if not isinstance(value, bool) or isinstance(param.const, bool):
        if _same(param.const, value):
            return (flag,)
        if _same(param.default, value):
            return ()
    return (flag,) if _boolean(value) else ()


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise Misfit(f"takes true or false, not {value!r}")
    return value


# -- options with values -------------------------------------------------------------------------


def _option(
    param: ParamSpec, flag: str, value: object, around: Surroundings
) -> tuple[tuple[str, ...], bool]:
    if param.nargs == "?" and (bare := _without_value(param, flag, value)) is not None:
        return bare, bool(bare)
    texts = _texts(param, value, around)
    if param.nargs == REMAINDER:
        if "--" in texts:
            raise Misfit("takes all that follows up to a '--', which it cannot take itself")
        return (flag, *texts), True
    if not any(map(around.must_attach, texts)):
        return (flag, *texts), param.nargs in ("*", "+")
    if len(texts) > 1:
        odd = next(filter(around.must_attach, texts))
        raise Misfit(f"has several values of which {odd!r} would be read as a flag or a file")
    if texts[0] == "--" and not around.reader.keeps_attached_dashes:
        raise Misfit("'--' is dropped by the parsers of Python before 3.13")
    return (around.reader.attached(flag, texts[0]),), False


def _without_value(param: ParamSpec, flag: str, value: object) -> tuple[str, ...] | None:
    """Return what a boolean means to an option that may stand alone; ``None``: give it a text."""
    if not isinstance(value, bool):
        return None
    if param.const is value:
        return (flag,)
    if param.default is value:
        return ()
    if isinstance(param.const, bool) or isinstance(param.default, bool):
        return None
    return (flag,) if value else ()


def _texts(param: ParamSpec, value: object, around: Surroundings) -> tuple[str, ...]:
    """Return the text of the one value, or of each in a list of the right length."""
    if not param.takes_many:
        return (text_of(param, value),)
    items: Sequence[object] = value if is_list(value) else (value,)  # type: ignore[assignment]
    if isinstance(param.nargs, int) and len(items) != param.nargs:
        raise Misfit(f"takes a list of {param.nargs}, not {value!r}")
    if param.nargs in ("+", "A...") and not items:
        raise Misfit("takes at least one value, not an empty list")
    texts = tuple(text_of(param, item) for item in items)
    if len(texts) > 1 and any(map(around.must_attach, texts)):
        texts = tuple(map(_without_exponent, items, texts))
    return texts


def _without_exponent(item: object, text: str) -> str:
    """Write the number -1e-05 as ``-0.00001``, which argparse takes for no flag."""
    is_negative_power = isinstance(item, float) and _EXPONENT.fullmatch(text)
    return f"{Decimal(text):f}" if is_negative_power else text


def _repeated(
    param: ParamSpec, flag: str, value: object, around: Surroundings
) -> tuple[tuple[str, ...], bool]:
    """Give the flag once for each occurrence: each item of an ``append``, all of an ``extend``."""
    argv: tuple[str, ...] = ()
    is_open = False
    for occurrence in _occurrences(param, value):
        strings, is_open = _option(param, flag, occurrence, around)
        if is_open and param.nargs == REMAINDER and argv:
            raise Misfit("takes all that follows: it cannot be given twice")
        argv += strings
    return argv, is_open


def _occurrences(param: ParamSpec, value: object) -> Iterator[object]:
    if not is_list(value):
        if param.action is Action.EXTEND and not param.takes_many and not _is_character(value):
            raise Misfit(f"adds each character of {value!r} on its own")
        return iter((value,))
    if param.action is Action.CUSTOM:
        return iter(value)  # type: ignore[call-overload, no-any-return]
    items = _beyond_default(param, value)
    if param.action is Action.EXTEND:
        return _extensions(param, items) if items or not param.default else iter(())
    is_flat = not any(map(is_list, items))
    if param.takes_many and is_flat and items:
        return iter((items,))
    return iter(items)


def _extensions(param: ParamSpec, items: Sequence[object]) -> Iterator[object]:
    if not param.takes_many:
        if not all(map(_is_character, items)):
            raise Misfit("adds each character of a text on its own")
        return iter(items)
    if isinstance(param.nargs, int):
        n = param.nargs
        return iter([items[start : start + n] for start in range(0, len(items), n)])
    return iter([items])


def _is_character(value: object) -> bool:
    return isinstance(value, str) and len(value) == 1


def _beyond_default(param: ParamSpec, value: object) -> Sequence[object]:
    """Return what is to be added to the default, to which argparse appends."""
    items: list[object] = list(value)  # type: ignore[call-overload]
    default = param.default
    if not is_list(default) or not default:
        return items
    known: list[object] = list(default)  # type: ignore[call-overload]
    if items[: len(known)] != known:
        raise Misfit(f"adds to its default {known!r}: the list has to begin with it")
    return items[len(known) :]


# -- positionals ---------------------------------------------------------------------------------


def _positional(param: ParamSpec, value: object, around: Surroundings) -> tuple[str, ...]:
    if param.nargs == "*" and is_list(value) and not value and (param.default or param.choices):
        raise Misfit(f"has a default or choices, {param.default!r}, where its list is empty")
    texts = _texts(param, value, around)
    around.refuse_unreadable(texts)
    return texts


def _positional_shape(place: int, argv: tuple[str, ...], around: Surroundings) -> Shape:
    pattern = "".join(map(_letter, argv, (around.reader,) * len(argv)))
    return Shape(place if argv else -1, pattern, False, _head(argv[0], around) if argv else "")


def _head(text: str, around: Surroundings) -> str:
    return "".join(_letter(text, reader) for reader in around.readers[:-1])


def _letter(text: str, reader: ArgReader) -> str:
    if text == "--":
        return "-"
    return "O" if reader.is_flag(text) else "A"
