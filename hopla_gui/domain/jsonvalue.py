"""Any value → what strict JSON can say."""

from __future__ import annotations

import math
from collections.abc import Mapping


def to_json(value: object) -> object:
    r"""Return the value with non-finite floats named and the unknown turned into its ``str()``.

    Lone surrogates, which UTF-8 cannot hold, are escaped as ``\udcXX``.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else _non_finite(value)
    if isinstance(value, Mapping):
        return {str(to_json(str(key))): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return to_json(str(value))


def _non_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
