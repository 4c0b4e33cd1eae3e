"""A sweep file changed in place: what says the same as before stays as it was written.

Comments, order, spelling and line breaks of a person's file are kept but for the entries that
differ. A comment belongs to what stands right below it, a comment behind a value to that value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Comment, InlineTable, Item, Key, Null, Table, Whitespace

from hopla_gui.engine.sweepfiles.tomltext import toml_table, toml_value

Entries = Mapping[str, object]
_BLANK = re.compile(r"\n[ \t]*\n(?!.*\n[ \t]*\n)", re.DOTALL)


class CannotKeep(ValueError):
    """A file whose sections are written in a way that is not taken apart here."""


@dataclass(frozen=True)
class _Entry:
    """One key of a section: the comments above it, and its text with the comment behind."""

    key: str
    lead: str
    text: str
    comment: str


@dataclass(frozen=True)
class _Section:
    """One ``[table]`` or ``[[table]]``, with the comments above it and those after its entries."""

    name: str
    lead: str
    header: str
    entries: tuple[_Entry, ...] = ()
    tail: str = ""

    @property
    def keys(self) -> set[str]:
        return {entry.key for entry in self.entries}

    def __str__(self) -> str:
        entries = (entry.lead + entry.text for entry in self.entries)
        return f"{self.lead}{self.header}{''.join(entries)}{self.tail}"


@dataclass
class _File:
    preamble: str
    sections: list[_Section] = field(default_factory=list)


def changed(text: str, before: Entries, after: Entries, order: Sequence[str]) -> str:
    """Return the text with those of its entries changed that differ.

    Parameters
    ----------
    before, after
        What the file says, and what it is to say: its sections by name, those of an array of
        tables in a list.
    order
        Names of sections, for those that are new.

    Raises
    ------
    CannotKeep
        Where the file is to be written anew instead.
    """
    file = _parse(text)
    sections: list[_Section] = []
    arrays: set[str] = set()
    for section in file.sections:
        if not section.header.lstrip().startswith("[["):
            sections += _changed_table(section, before, after)
        elif section.name not in arrays:
            arrays.add(section.name)
            own = [other for other in file.sections if other.name == section.name]
            sections += _changed_array(
                own, _tables(before, section.name), _tables(after, section.name)
            )
    known = {section.name for section in file.sections}
    for name in (name for name in after if name not in known):
        _insert(sections, list(_new_sections(name, after[name])), order)
    return _joined(file.preamble, sections)


def _tables(entries: Entries, name: str) -> list[Entries]:
    found = entries.get(name, [])
    return list(found) if isinstance(found, list) else []


# -- taking a file apart --------------------------------------------------------------------------


def _parse(text: str) -> _File:
    loose = ""
    sections: list[_Section] = []
    preamble: str | None = None
    for key, item in tomlkit.parse(text).body:
        if isinstance(item, Comment | Whitespace | Null):
            loose += item.as_string()
            continue
        for name, table, brackets in _parts(key, item):
            if sections:
                loose = sections[-1].tail + loose
            tail, lead = _split(loose)
            if sections:
                sections[-1] = replace(sections[-1], tail=tail)
            else:
                preamble = tail
            loose = ""
            sections.append(_section(name, table, brackets, lead))
    if sections and loose:
        sections[-1] = replace(sections[-1], tail=sections[-1].tail + loose)
    return _File(preamble if preamble is not None else loose, sections)


def _parts(key: Key | None, item: Item) -> Iterator[tuple[str, Table, tuple[str, str]]]:
    if key is None or "." in key.as_string():
        raise CannotKeep("a section with a dotted name")
    if isinstance(item, Table) and not item.is_super_table():
        yield key.key, item, ("[", "]")
    elif isinstance(item, AoT):
        for table in item.body:
            yield key.key, table, ("[[", "]]")
    else:
        raise CannotKeep(f"{key.key} is no section")


def _section(name: str, table: Table, brackets: tuple[str, str], lead: str) -> _Section:
    trivia = table.trivia
    first, last = brackets
    header = f"{trivia.indent}{first}{name}{last}{trivia.comment_ws}{trivia.comment}{trivia.trail}"
    entries, loose = [], ""
    for key, item in _body(table.value):
        if key is None or isinstance(item, Comment | Whitespace | Null):
            loose += item.as_string()
            continue
        if isinstance(item, Table | AoT) or "." in key.as_string():
            raise CannotKeep(f"{key.as_string()} in [{name}] is a section of its own")
        entries.append(_entry(key, item, loose))
        loose = ""
    return _Section(name, lead, header, tuple(entries), loose)


def _body(container: Container) -> Iterable[tuple[Key | None, Item]]:
    return container.body


def _entry(key: Key, item: Item, lead: str) -> _Entry:
    trivia = item.trivia
    comment = f"{trivia.comment_ws}{trivia.comment}" if trivia.comment else ""
    text = f"{trivia.indent}{key.as_string()}{key.sep}{item.as_string()}{comment}"
    if isinstance(item, InlineTable):
        text = f"{trivia.indent}{key.as_string()}{key.sep}{item.as_string().strip()}{comment}"
    return _Entry(key.key, lead, f"{text}{trivia.trail or chr(10)}", comment)


def _split(loose: str) -> tuple[str, str]:
    """Divide what stands between two sections: what belongs to the one above, to the one below."""
    found = _BLANK.search(f"\n{loose}")
    if found is None:
        return ("", loose) if "#" in loose else (loose, "")
    at = max(found.end() - 1, 0)
    return loose[:at], loose[at:]


# -- changing it ----------------------------------------------------------------------------------


def _changed_table(section: _Section, before: Entries, after: Entries) -> Iterator[_Section]:
    old, new = before.get(section.name), after.get(section.name)
    if not isinstance(new, Mapping):
        if isinstance(old, Mapping):
            return  # it says nothing any more
        new = {}
    yield _with_entries(section, old if isinstance(old, Mapping) else {}, new)


def _with_entries(section: _Section, old: Entries, new: Entries) -> _Section:
    entries = []
    for entry in section.entries:
        if entry.key in new:
            same = entry.key in old and _same(old[entry.key], new[entry.key])
            entries.append(entry if same else _rewritten(entry, new[entry.key]))
        elif entry.key not in old:  # a default, spelled out
            entries.append(entry)
    added = [_Entry(k, "", _text(k, v), "") for k, v in new.items() if k not in section.keys]
    return replace(section, entries=(*entries, *added))


def _rewritten(entry: _Entry, value: object) -> _Entry:
    text = _text(entry.key, value)
    return replace(entry, text=f"{text[:-1]}{entry.comment}\n")


def _changed_array(
    sections: Sequence[_Section], old: Sequence[Entries], new: Sequence[Entries]
) -> Iterator[_Section]:
    """Yield the tables of an array: each new one takes over the old one that is most like it."""
    left = list(zip(sections, old, strict=True))
    for entries in new:
        found = _most_like(left, entries)
        if found is None:
            yield from _new_sections(sections[0].name, [entries])
        else:
            left.remove(found)
            yield _with_entries(*found, entries)


def _most_like(
    left: Sequence[tuple[_Section, Entries]], entries: Entries
) -> tuple[_Section, Entries] | None:
    some = [pair for pair in left if pair[1].keys() & entries.keys()]
    return max(some, key=lambda pair: _likeness(pair[1], entries), default=None)


def _likeness(old: Entries, new: Entries) -> tuple[int, int]:
    common = old.keys() & new.keys()
    equal = sum(1 for key in common if _same(old[key], new[key]))
    return 2 * len(common) - len(old.keys() | new.keys()), equal


def _new_sections(name: str, given: object) -> Iterator[_Section]:
    is_array = isinstance(given, list)
    header = f"[[{name}]]\n" if is_array else f"[{name}]\n"
    for table in given if isinstance(given, list) else [given]:
        assert isinstance(table, Mapping)  # so `dumps` writes all sections
        entries = tuple(_Entry(key, "", _text(key, value), "") for key, value in table.items())
        yield _Section(name, "", header, entries)


def _insert(sections: list[_Section], new: list[_Section], order: Sequence[str]) -> None:
    """Put new sections behind those that come before them in a file."""
    rank = order.index(new[0].name)
    places = [n for n, section in enumerate(sections) if order.index(section.name) < rank]
    at = places[-1] + 1 if places else 0
    sections[at:at] = new


def _joined(preamble: str, sections: Iterable[_Section]) -> str:
    text = preamble
    for section in sections:
        if text and not text.endswith("\n"):
            text += "\n"
        if text.strip() and not text.endswith("\n\n"):
            text += "\n"
        text += str(section)
    return f"{text.rstrip()}\n"


def _same(one: object, other: object) -> bool:
    return toml_value(one) == toml_value(other)  # 1, 1.0 and true are equal to Python


def _text(key: str, value: object) -> str:
    return toml_table("", {key: value}).removeprefix("\n")
