"""SVG made safe to draw: nothing from elsewhere, no scripts, and an end to it.

Qt draws what it is given, files named by ``image`` included. So the text is read with expat and
written anew without what reaches out; what would take without end to draw is refused. No Qt.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from hopla_gui.gui.preview.local_file import Unshowable

MOST_BYTES = 8_000_000
MOST_ELEMENTS = 20_000
MOST_DRAWN = 50_000  # with what `use` and patterns repeat
MOST_LEVELS = 200

_DROPPED = frozenset({"script", "foreignObject", "animate", "animateColor", "animateMotion"}) | {
    *("animateTransform", "set", "filter", "iframe", "audio", "video", "handler", "listener")
}
_OUTWARD = re.compile(r"url\(\s*['\"]?\s*(?!#)[^\s)]|@import|expression\(|\\", re.IGNORECASE)
_INWARD = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g);base64,", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH = re.compile(rf"({_NUMBER.pattern})({'|'.join(_UNITS)})")
_DEFAULT_SIZE = [300.0, 150.0]
_LONGEST = 1e6
_PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True)
class SafeSvg:
    """An SVG that reaches out to nothing, and its size in pixels."""

    data: bytes
    width: float
    height: float


def safe_svg(data: bytes) -> SafeSvg:
    """Return an SVG with nothing in it that reaches out of it.

    Raises
    ------
    Unshowable
        Where it is none, or would take too long to draw.
    """
    if len(data) > MOST_BYTES:
        raise Unshowable("The SVG is too large to be drawn here.")
    writer = _Writer()
    try:
        writer.read(data)
        drawn = _drawn(writer.root, writer.ids, {})
    except expat.ExpatError as error:
        raise Unshowable(f"It is no SVG: {expat.ErrorString(error.code)}.") from None
    except RecursionError:
        raise Unshowable("The SVG refers to itself without end.") from None
    if drawn > MOST_DRAWN:
        raise Unshowable("The SVG would take too long to draw.")
    return SafeSvg("".join(writer.pieces).encode(), *_size(writer.own))


@dataclass(eq=False)
class _Element:
    """What of an element counts for how long it takes to draw."""

    times: int = 1  # how often its references are drawn
    references: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)


class _Writer:
    """Writes an SVG anew while expat reads it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.root = _Element()
        self.own: dict[str, str] = {}  # attributes of the SVG itself
        self.ids: dict[str, _Element] = {}
        self._open = [self.root]
        self._dropped = 0  # levels below an element that is left out
        self._in_style = False
        self._count = 0

    def read(self, data: bytes) -> None:
        """Read the whole text."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = _refuse_entity
        parser.Parse(data, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) > MOST_LEVELS:
            raise Unshowable("The SVG has too many elements to be drawn here.")
        if self._count == 1:
            if local != "svg":
                raise Unshowable("It is no SVG.")
            self.own = attributes
        if self._dropped or local in _DROPPED or (local == "image" and not _is_inside(attributes)):
            self._dropped += 1
            return
        kept = dict(_kept(attributes, is_image=local == "image"))
        element = _Element(_times(kept), list(_references(kept)))
        self._open[-1].children.append(element)
        self._open.append(element)
        if "id" in kept:
            self.ids.setdefault(kept["id"], element)
        self._in_style = local == "style"
        written = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        self.pieces.append(f"<{name}{written}>")

    def _end(self, name: str) -> None:
        if self._dropped:
            self._dropped -= 1
            return
        self._open.pop()
        self._in_style = False
        self.pieces.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if not self._dropped and not (self._in_style and _OUTWARD.search(text)):
            self.pieces.append(escape(text))


def _size(attributes: Mapping[str, str]) -> tuple[float, float]:
    """Return the size that an SVG says to have, or that of its view box."""
    box = [float(number) for number in _NUMBER.findall(attributes.get("viewBox", ""))[:4]]
    own = [_length(attributes.get(name, "")) for name in ("width", "height")]
    width, height = (box[2:] if len(box) == 4 else _DEFAULT_SIZE) if None in own else own
    if not (width and height and 0 < width < _LONGEST and 0 < height < _LONGEST):
        raise Unshowable("The SVG has no size.")
    return width, height


def _length(text: str) -> float | None:
    found = _LENGTH.fullmatch(text.strip())
    return float(found[1]) * _UNITS[found[2]] if found else None


def _refuse_entity(*_: object) -> None:
    raise Unshowable("The SVG declares entities, which are not read here.")


def _kept(attributes: Mapping[str, str], *, is_image: bool) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        local = name.rpartition(":")[2].lower()
        if local.startswith("on") or local in ("base", "filter"):
            continue
        if local in ("href", "src") and not (is_image or value.startswith("#")):
            continue
        if not is_image and _OUTWARD.search(value):
            continue
        yield name, value


def _is_inside(attributes: Mapping[str, str]) -> bool:
    """Whether a picture lies in the SVG itself, and is what it says."""
    for name, value in attributes.items():
        if name.rpartition(":")[2].lower() in ("href", "src"):
            start = _PICTURE.match(value)
            if not start or not _is_picture(value[start.end() : start.end() + 200]):
                return False
    return True


def _is_picture(text: str) -> bool:
    packed = re.sub(r"\s", "", text)[:24]
    try:
        return base64.b64decode(packed[: len(packed) // 4 * 4]).startswith(_PICTURE_STARTS)
    except binascii.Error:
        return False


def _references(attributes: Mapping[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        if name.rpartition(":")[2].lower() == "href" and value.startswith("#"):
            yield value[1:]
        yield from _INWARD.findall(value)


def _times(attributes: Mapping[str, str]) -> int:
    """Return how often references are drawn: a marker is, at each corner of a line."""
    if not any("marker" in name or "marker" in value for name, value in attributes.items()):
        return 1
    return 1 + (len(attributes.get("d", "")) + len(attributes.get("points", ""))) // 3


def _drawn(element: _Element, ids: Mapping[str, _Element], known: dict[int, int]) -> int:
    """Return how many elements are drawn for one, those that it refers to included."""
    if id(element) not in known:
        known[id(element)] = MOST_DRAWN + 1  # what refers to itself has no end
        found = 1 + sum(_drawn(child, ids, known) for child in element.children)
        for name in element.references:
            if name in ids:
                found += element.times * _drawn(ids[name], ids, known)
        known[id(element)] = min(found, MOST_DRAWN + 1)
    return known[id(element)]
