"""Text and tags of the report. Nothing but what is made here is ever read as markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from hopla_gui.domain.shown_text import many_lines, one_line

LONGEST_BLOCK = 20_000


def line(text: str, limit: int = 200) -> str:
    """Return a text on one line, bounded and escaped, with nothing invisible left in it."""
    return escape(one_line(text, limit))


def block(text: str) -> str:
    """Return a text of many lines, bounded and escaped."""
    return escape(many_lines(text, LONGEST_BLOCK, 1_000))


def tag(name: str, *content: str, **attributes: object) -> str:
    """Return an element around markup; ``class_`` is the attribute ``class``."""
    return f"<{name}{_attributes(attributes)}>{''.join(content)}</{name}>"


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return names and texts, both plain, one pair a row."""
    cells = (
        tag("tr", tag("th", line(name), scope="row"), tag("td", block(text))) for name, text in rows
    )
    return tag("table", *cells, class_="facts")


def listing(texts: Iterable[str]) -> str:
    """Return plain texts, one an item."""
    return tag("ul", *(tag("li", line(text, 1_000)) for text in texts))


def _attributes(given: dict[str, object]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in given.items()
        if value != ""
    )
