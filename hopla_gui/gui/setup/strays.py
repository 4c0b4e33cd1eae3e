"""What a sweep file says of parameters that the script does not have: kept, and told."""

from __future__ import annotations

from dataclasses import dataclass, field

from hopla_gui.domain.sweep import Axis
from hopla_gui.domain.template import Template


@dataclass
class Strays:
    """What no field of the form can show.

    Attributes
    ----------
    axes
        Those of each block, under the names that the file has.
    """

    fixed: dict[str, object] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    axes: list[dict[str, Axis]] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the file's words."""
        swept = (name for axes in self.axes for name in axes)
        return (*self.fixed, *self.templates, *swept)
