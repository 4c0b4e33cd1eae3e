"""What the words of a parameter say about the path that it wants: its type, names and help."""

from __future__ import annotations

import re
from enum import StrEnum

from hopla_gui.domain.params import ParamSpec


class PathWanted(StrEnum):
    """What a parameter's words say about the path that it wants."""

    FILE = "file"
    OUTPUT = "output"
    DIRECTORY = "directory"


_DIRECTORY = re.compile(r"(?:^|[^a-z])(?:dirs?|directory|directories|dirname|folders?)(?:$|[^a-z])")
_OUTPUT = re.compile(
    r"(?:^|[^a-z])(?:out|output|outputs|outfile|output ?file|save|dest)(?:$|[^a-z])"
)
_FILE = re.compile(
    r"(?:^|[^a-z])(?:(?!profiles?\b)[a-z]*files?|filenames?|paths?|pathname|input|inputs|existing"
    r"|checkpoint)(?:$|[^a-z])"
)
_HELP = re.compile(
    r"\b(?:paths? (?:to|of|for|where)|(?:input|output|log|config\w*) (?:files?|path)"
    r"|file ?names? (?:to|of|for|where)\b"
    r"|files? to (?:read|write|load|save|store|process|use)"
    r"|(?:directory|folder) (?:to|where|in|with|of|for|containing))"
)
# A custom type callable that these words do not name (positive_int) takes no path.
_TYPES = re.compile(r"(?:path|file|dir(?:ectory)?|folder)", re.IGNORECASE)


def path_wanted(param: ParamSpec) -> PathWanted | None:
    """Return what kind of path a parameter wants, by its type, names and help, if any."""
    kind = param.type or ""
    if kind not in ("", "str", "open") and not _TYPES.search(kind):
        return None
    metavar = param.metavar if isinstance(param.metavar, str) else " ".join(param.metavar or ())
    names = " ".join((param.dest, *param.flags, metavar, _spaced(kind))).lower().replace("_", " ")
    told = (param.help or "").lower()
    if _DIRECTORY.search(names):
        return PathWanted.DIRECTORY
    found = _FILE.search(names) or kind == "open" or (kind and kind != "str")
    helped = _HELP.search(told)
    if not found and not helped:
        return PathWanted.OUTPUT if _OUTPUT.search(names) else None
    if _OUTPUT.search(names):
        return PathWanted.OUTPUT
    if not found and helped and re.search(r"directory|folder", helped[0]):
        return PathWanted.DIRECTORY
    return PathWanted.FILE


def _spaced(name: str) -> str:
    """``FileType`` and ``is_directory`` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
