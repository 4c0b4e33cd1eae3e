"""What a job hands over when its script ends: the values that ``__hopla__`` names.

Values become plain JSON values. Of what is too large or too deep, a line that says so is kept.
Loads no library: what is no NumPy array without NumPy loaded is none with it either.
"""

import json
import math
import os
import sys

TEXT_LIMIT = 10000000  # characters of a str
REPR_LIMIT = 1000  # characters of a repr()
ITEMS_LIMIT = 1000000  # items of one container or array
NODES_LIMIT = 2000000  # values in one traced name, at all depths
DEPTH_LIMIT = 50
INT_BITS_LIMIT = 8192
VALUE_LIMIT = 32 << 20  # characters of JSON for one traced name
TOTAL_LIMIT = 48 << 20  # and for all of them

# Their repr() runs no code of the script's.
HARMLESS = {"builtins", "datetime", "decimal", "fractions", "uuid", "numpy", "pandas"}


def record(namespace, traceback=None, raised=None):
    """Return the result of a job, as JSON in ASCII.

    Parameters
    ----------
    namespace
        The script's module-level names.
    traceback
        The text that Python has shown, where an exception has ended the script.
    raised
        The same as data: `errordata.describe`.
    """
    facts = {"traceback": traceback}
    if raised is not None:
        facts["raised"] = raised
    texts = {}
    try:
        names = traced_names(namespace)
    except TypeError as reason:
        facts["note"] = str(reason)
    else:
        texts = _bounded(capture({name: namespace[name] for name in names}))
    values = ",".join(json.dumps(name) + ":" + text for name, text in texts.items())
    return (json.dumps(facts)[:-1] + ',"values":{' + values + "}}").encode("ascii")


def traced_names(namespace):
    """Return the names to capture that exist, each once, in the order of ``__hopla__``."""
    listed = namespace.get("__hopla__", [])
    if not isinstance(listed, (list, tuple)):
        raise TypeError("__hopla__ is no list of names but a " + type(listed).__name__)
    names = []
    for name in listed[:ITEMS_LIMIT]:
        if type(name) is str and name in namespace and name not in names:
            names.append(name)
    return names


def capture(values):
    """Return ``{name: JSON text}``; a value that cannot be represented names its error."""
    texts = {}
    risky = []
    for name, value in values.items():
        try:
            texts[name] = encode(value)
        except _RunsCode:
            texts[name] = None
            risky.append(name)
    if risky:
        from . import guarded

        found = guarded.run(
            risky,
            lambda name: encode(values[name], may_run_code=True),
            guarded.EACH_S,
            guarded.ALL_S,
        )
        for name, (text, problem) in found.items():
            texts[name] = text if problem is None else json.dumps(_unknown(values[name], problem))
    return {_text(name): text for name, text in texts.items()}


def encode(value, may_run_code=False):
    """Return a value as JSON text in ASCII.

    Raises
    ------
    _RunsCode
        Where that takes code of the script's, and that must not run here.
    """
    try:
        text = json.dumps(_Plain(may_run_code).convert(value), allow_nan=False)
    except _RunsCode:
        raise
    except Exception as error:
        return json.dumps(_unknown(value, type(error).__name__ + ": " + _first_line(error)))
    if len(text) > VALUE_LIMIT:
        return json.dumps(_unknown(value, "too large to be kept"))
    return text


class _RunsCode(Exception):
    """The value's ``repr()`` is code of the script's: it may hang or end the process."""


class _TooLarge(Exception):
    """Too many values."""


class _Plain:
    """Turns one value into plain JSON values."""

    def __init__(self, may_run_code):
        self._may_run_code = may_run_code
        self._open = set()  # ids of the containers that we are inside of
        self._nodes = 0

    def convert(self, value):
        self._nodes += 1
        if self._nodes > NODES_LIMIT:
            raise _TooLarge("more than {} values".format(NODES_LIMIT))
        if value is None or value is True or value is False:
            return value
        if _is_a(value, "enum", "Enum") and isinstance(value.name, str):
            return _text(value.name)
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, float):
            return _float(float(value))
        if isinstance(value, int):
            return _int(int(value))
        if isinstance(value, (dict, list, tuple, set, frozenset)) or _is_dataclass(value):
            return self._container(value)
        return self._other(value)

    def _container(self, value):
        if id(value) in self._open:
            return "<{} inside itself>".format(type(value).__name__)
        if len(self._open) >= DEPTH_LIMIT:
            return "<{} more than {} levels deep>".format(type(value).__name__, DEPTH_LIMIT)
        self._open.add(id(value))
        try:
            if _is_dataclass(value):
                value = {name: getattr(value, name) for name in value.__dataclass_fields__}
            if len(value) > ITEMS_LIMIT:
                return _summary(value, "{} items".format(len(value)))
            if isinstance(value, dict):
                return {self._key(key): self._item(item) for key, item in value.items()}
            items = [self._item(item) for item in value]
            return sorted(items, key=json.dumps) if isinstance(value, (set, frozenset)) else items
        finally:
            self._open.discard(id(value))

    def _item(self, value):
        """Convert a value inside another; what cannot be represented names its error there."""
        try:
            return self.convert(value)
        except (_RunsCode, _TooLarge):
            raise
        except Exception as error:
            return _unknown(value, type(error).__name__ + ": " + _first_line(error))

    def _key(self, key):
        plain = self.convert(key)
        return plain if isinstance(plain, str) else _cut(json.dumps(plain))

    def _other(self, value):
        kind = type(value)
        library = _library(kind)
        if library == "numpy" and hasattr(kind, "tolist") and hasattr(value, "dtype"):
            return self._array(value)
        if library == "torch" and hasattr(kind, "detach"):
            return self._tensor(value)
        if _is_a(value, "datetime", "date") or _is_a(value, "datetime", "time"):
            return _text(value.isoformat())
        if hasattr(kind, "__fspath__"):
            return _text(os.fsdecode(os.fspath(value)))
        if isinstance(value, (bytes, bytearray)) and len(value) > REPR_LIMIT:
            return _cut(repr(value[:REPR_LIMIT]))
        if library not in HARMLESS and not self._may_run_code:
            raise _RunsCode
        return _cut(repr(value))

    def _array(self, array):
        if array.size > ITEMS_LIMIT:
            is_numbers = array.dtype.kind in "biufcmMSU"
            return _cut(repr(array)) if is_numbers else _summary([], "{} items".format(array.size))
        plain = (array.astype(str) if array.dtype.kind in "mM" else array).tolist()
        if type(plain) is type(array):  # longdouble has no counterpart in Python
            return _float(float(array)) if array.dtype.kind == "f" else _cut(repr(array))
        return self.convert(plain)

    def _tensor(self, tensor):
        if tensor.numel() > ITEMS_LIMIT:
            return "<{} of shape {}>".format(type(tensor).__name__, tuple(tensor.shape))
        return self.convert(tensor.detach().cpu().tolist())


def _bounded(texts):
    """Give up the values that together are too much to hand over."""
    total = 0
    for name, text in texts.items():
        total += len(text)
        if total > TOTAL_LIMIT:
            texts[name] = json.dumps("<left out: the traced values are too large together>")
    return texts


def _is_a(value, module, name):
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def _is_dataclass(value):
    return hasattr(type(value), "__dataclass_fields__")


def _library(kind):
    return str(getattr(kind, "__module__", "")).partition(".")[0]


def _float(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _int(value):
    return value if value.bit_length() <= INT_BITS_LIMIT else _cut(hex(value))


def _text(value, limit=TEXT_LIMIT):
    """Cut, and say so; make lone surrogates visible: they exist in no UTF-8."""
    text = value[:limit].encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(value) <= limit else text + "… (cut at {:,} characters)".format(limit)


def _cut(text):
    return _text(str(text), REPR_LIMIT)


def _summary(value, size):
    return "<{} of {}>".format(type(value).__name__, size)


def _unknown(value, problem):
    return "<{}: {}>".format(_text(type(value).__name__, REPR_LIMIT), _cut(problem))


def _first_line(error):
    try:
        return str(error).partition("\n")[0]
    except Exception:
        return "(no message)"
