"""The unit of a parameter, where its help says one: ``[mm]``, ``(s)``, ``in seconds``.

Square brackets hold units and little else, so any short word there that is not argparse's own is
taken; round ones hold anything, so only units that are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hopla_gui.domain.params import ParserLevel

_UNITS = """
    s ms us µs μs ns min h hr hrs d sec secs second seconds minute minutes hour hours day days m
    mm cm km um µm μm nm pm px pixel pixels voxel voxels vox mm² mm2 mm^2 mm³ mm3 mm^3 Hz kHz
    MHz GHz bpm % ‰ percent K °C °F C deg degree degrees ° rad mrad g kg mg µg ug t B kB KB MB
    GB TB KiB MiB GiB bytes bit bits V mV µV uV kV A mA µA W mW kW J kJ eV keV MeV N Pa kPa hPa
    MPa bar mbar T mT mol mmol M mM µM dB dBm TR TRs epochs iterations steps m/s km/h m/s² s/mm²
    s/mm2 s/mm^2 1/s 1/min 1/h 1/m 1/cm 1/mm rpm fps l L ml mL Å
"""
_KNOWN = frozenset(_UNITS.split())
_WORDS = {
    "seconds": "s",
    "second": "s",
    "sec": "s",
    "secs": "s",
    "milliseconds": "ms",
    "minutes": "min",
    "hours": "h",
    "percent": "%",
    "pixels": "px",
    "pixel": "px",
    "degrees": "°",
    "deg": "°",
    "bytes": "B",
    "hz": "Hz",
    "millimeters": "mm",
    "millimetres": "mm",
    "megabytes": "MB",
    "gigabytes": "GB",
}
_SQUARE = re.compile(r"\[([^\[\]\s:=,|]{1,12})\]")
_ROUND = re.compile(r"\(([^()\s:=]{1,12})\)")
_IN_WORDS = re.compile(r"\bin ([A-Za-zµμ%°]{1,12})\b")
_NO_UNITS = re.compile(  # numbers are none, ``1/s`` is one
    r"(?i)^(default|required|optional|deprecated|experimental|(?!1/[^\W\d])\d.*|.*\.\.\.?.*)$"
)


def unit_in(help_text: str | None) -> str:
    """Return the unit that a parameter's help names; empty where it names none.

    Examples
    --------
    >>> unit_in("full width of the smoothing kernel [mm] (default: 4)")
    'mm'
    >>> unit_in("how long to wait, in seconds")
    's'
    """
    text = (help_text or "")[:2000]
    for found in _SQUARE.findall(text):
        if not _NO_UNITS.match(found) and (found in _KNOWN or _looks_like_a_unit(found)):
            return _short(found)
    for pattern in (_ROUND, _IN_WORDS):
        for found in pattern.findall(text):
            if found in _KNOWN or found.lower() in _WORDS:
                return _short(found)
    return ""


def parameter_units(levels: Iterable[ParserLevel]) -> dict[str, str]:
    """Return the units of a parser's parameters, under every name that a sweep may use."""
    return {
        name: unit
        for level in levels
        for parameter in level.parameters
        if (unit := unit_in(parameter.help))
        for name in (parameter.dest, *(flag.lstrip("-") for flag in parameter.flags))
    }


def _looks_like_a_unit(word: str) -> bool:
    """Whether a word is short enough, or made like ``mm/s`` or ``10^-3``; options are not."""
    return len(word) <= 6 and not word.startswith("-") and any(map(str.isalpha, word))


def _short(unit: str) -> str:
    return _WORDS.get(unit.lower(), unit)
