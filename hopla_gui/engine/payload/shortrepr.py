"""A value in a few words, to look at: bounded in length and time, with no secret in it.

A ``repr()`` that is, or calls, code of the script's is left to a guarded child.
"""

import re
import sys

from .secretnames import is_secret, mask

LIMIT = 300  # characters
ITEMS = 8  # of a container
DEPTH = 4
NODES = 60  # values at all depths
TEXT = 200  # characters of a text
BITS = 2048  # of an integer: writing a long one takes minutes

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+(?=>)")


class RunsCode(Exception):
    """The value's ``repr()`` is code of the script's: it may hang or end the process."""


def short(value, may_run_code=False):
    """Return a value in a few words.

    Raises
    ------
    RunsCode
        Where that takes code of the script's, and that must not run here.
    """
    text = _Short(may_run_code).text(value, 0)
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


def without_code(value):
    """Return what can be said of a value whose ``repr()`` is not to be asked."""
    kind = type(value)
    return "<{}.{} object>".format(_module(kind), type_name(kind))


class _Short:
    def __init__(self, may_run_code):
        self._may_run_code = may_run_code
        self._open = set()  # ids of the containers that we are inside of
        self._nodes = 0

    def text(self, value, depth):
        self._nodes += 1
        if self._nodes > NODES:
            return "…"
        kind = type(value)
        own = type.__getattribute__(kind, "__repr__")  # no metaclass of the script's is asked
        shape = _shape(value, kind)
        if shape is not None:
            return shape
        if own in _TEXTS:
            return _quoted(value, _TEXTS[own])
        if own is int.__repr__:
            return _integer(value)
        if own in _SEQUENCES:
            return self._sequence(value, own, depth)
        if own is dict.__repr__ or (issubclass(kind, dict) and _is_of_library(kind)):
            return self._mapping(type_name(kind), value, depth)
        if own is BaseException.__repr__:
            said = self.text(value.args, depth)
            return type_name(kind) + (said[:-2] + ")" if said.endswith(",)") else said)
        if kind is type(self.text):
            of = value.__func__
            return "<method {}>".format(of.__qualname__ if type(of) is type(short) else "?")
        enum = getattr(sys.modules.get("enum"), "Enum", None)
        if enum is not None and issubclass(kind, enum):
            return "{}.{}".format(type_name(kind), object.__getattribute__(value, "_name_"))
        fields = _fields(value, kind, own)
        if fields is not None:
            return self._fields(value, fields, depth)
        return self._other(value, kind, own)

    def _sequence(self, value, own, depth):
        base, opening, closing = _SEQUENCES[own]
        size = base.__len__(value)
        if not size:
            return "()" if base is tuple else "[]" if base is list else base.__name__ + "()"
        if not self._enter(value, depth):
            return opening + "…" + closing
        items, is_hidden = [], False
        for item in base.__iter__(value):
            if len(items) == ITEMS:
                items.append("… {} more".format(size - ITEMS))
                break
            items.append("…" if is_hidden else self.text(item, depth + 1))
            # ["--token", "abc"]
            is_flag = type(item) is str and item[:1] == "-" and "=" not in item[:200]
            is_hidden = is_flag and is_secret(item, "")
        self._open.discard(id(value))
        if base is tuple and size == 1:
            items.append("")
        return opening + ", ".join(items).rstrip(" ") + closing

    def _mapping(self, name, value, depth):
        size = dict.__len__(value)
        opening, closing = ("{", "}") if name == "dict" else (name + "({", "})")
        if size and not self._enter(value, depth):
            return opening + "…" + closing
        pieces = []
        for key, item in dict.items(value):
            if len(pieces) == ITEMS:
                pieces.append("… {} more".format(size - ITEMS))
                break
            is_hidden = type(key) is str and is_secret(key, item)
            said = "…" if is_hidden else self.text(item, depth + 1)
            pieces.append(self.text(key, depth + 1) + ": " + said)
        self._open.discard(id(value))
        return opening + ", ".join(pieces) + closing

    def _fields(self, value, fields, depth):
        name = type_name(type(value))
        if not self._enter(value, depth):
            return name + "(…)"
        pieces = []
        for key in fields:
            if len(pieces) == ITEMS:
                pieces.append("… {} more".format(len(fields) - ITEMS))
                break
            said = "…" if is_secret(str(key), fields[key]) else self.text(fields[key], depth + 1)
            pieces.append("{}={}".format(key, said))
        self._open.discard(id(value))
        return "{}({})".format(name, ", ".join(pieces))

    def _enter(self, value, depth):
        if depth >= DEPTH or id(value) in self._open:
            return False
        self._open.add(id(value))
        return True

    def _other(self, value, kind, own):
        if own is object.__repr__ or type_name(kind) == "_Environ":
            return without_code(value)
        if not (self._may_run_code or _is_harmless(value, kind)):
            raise RunsCode
        return mask(_ADDRESS.sub("", repr(value)[: 10 * LIMIT]))


_TEXTS = {str.__repr__: str, bytes.__repr__: bytes, bytearray.__repr__: bytearray}
_SEQUENCES = {
    list.__repr__: (list, "[", "]"),
    tuple.__repr__: (tuple, "(", ")"),
    set.__repr__: (set, "{", "}"),
    frozenset.__repr__: (frozenset, "frozenset({", "})"),
}
_HARMLESS = frozenset(
    [
        *(bool, complex, float, range, map, zip, filter, type, type(None), type(...)),
        *(type(NotImplemented), type(len), type(sys), type(short), type(short.__code__)),
        type(item for item in ()),
    ]
)


def _is_harmless(value, kind):
    """Tell whether the repr() is no code of the script's, and quick."""
    if kind in _HARMLESS:
        return True
    module = _module(kind)
    if module == "datetime":  # of a time, its time zone's repr() is part
        return _module(type(getattr(value, "tzinfo", None))) in ("builtins", "datetime", "zoneinfo")
    return module.partition(".")[0] in ("decimal", "uuid", "pathlib", "numpy")


def _fields(value, kind, own):
    """Return what stands in a value by name, where that is all there is to it; else ``None``."""
    argparse = sys.modules.get("argparse")
    holder = getattr(argparse, "_AttributeHolder", None)
    if holder is not None and own is holder.__dict__.get("__repr__"):
        return object.__getattribute__(value, "__dict__")
    if type_name(kind) == "SimpleNamespace" and _module(kind) == "types":
        return value.__dict__
    code = getattr(getattr(own, "__wrapped__", None), "__code__", None)
    if code is not None and code.co_filename == "<string>":  # made for a dataclass
        names = type.__getattribute__(kind, "__dataclass_fields__")
        return {name: object.__getattribute__(value, name) for name in names}
    return None


def _shape(value, kind):
    """Return an array, a tensor or a table by its shape; ``None`` for anything else."""
    owner = next(
        (
            base
            for base in type.__getattribute__(kind, "__mro__")
            if "shape" in type.__getattribute__(base, "__dict__")
        ),
        object,
    )
    if _module(owner).partition(".")[0] not in _HOLD_ARRAYS:
        return None
    shape = value.shape
    if not isinstance(shape, tuple) or not shape:
        return None
    dtype = getattr(value, "dtype", None)
    sizes = ", ".join(str(size) for size in shape[:8])
    return "<{} of shape ({}){}>".format(
        type_name(kind), sizes, "" if dtype is None else ", {}".format(dtype)
    )


_HOLD_ARRAYS = frozenset(
    [
        *("numpy", "pandas", "torch", "jax", "jaxlib", "tensorflow", "cupy", "xarray", "dask"),
        *("polars", "scipy", "nibabel", "h5py"),
    ]
)


def _quoted(value, base):
    size = base.__len__(value)
    text = base.__repr__(base.__getitem__(value, slice(0, TEXT)))
    return mask(text) + ("… ({} in all)".format(size) if size > TEXT else "")


def _integer(value):
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= BITS else "<int of {} bits>".format(bits)


def type_name(kind):
    """Return the name of a class; no metaclass of the script's is asked."""
    return type.__dict__["__name__"].__get__(kind)


def _module(kind):
    name = type.__getattribute__(kind, "__module__")
    return name if type(name) is str else ""


def _is_of_library(kind):
    """Tell whether a class is of the standard library's containers."""
    return _module(kind) in ("builtins", "collections")
