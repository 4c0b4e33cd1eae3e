"""The values that the first job will have: what a template is shown with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from hopla_gui.errors import UserError
from hopla_gui.gui.setup.field import UNSET, Field, FieldState
from hopla_gui.gui.setup.naming import Names
from hopla_gui.gui.setup.survey import Survey
from hopla_gui.gui.setup.values import axis_values


class States(Protocol):
    """What is known of the fields."""

    @property
    def names(self) -> Names:
        """The keys of the fields."""

    def state(self, field: Field) -> FieldState:
        """Return how a field stands."""

    def survey(self, field: Field) -> Survey | None:
        """Return what is known of a swept field's values."""

    def names_for(self, field: Field) -> tuple[str, ...]:
        """Return the names that a template of the field can be made of."""


class FirstValues(Mapping[str, object]):
    """The value that each parameter has in the first job; those below are made of others."""

    def __init__(self, model: States, above: tuple[Field, ...]) -> None:
        self._model = model
        self._above = above

    def __getitem__(self, name: str) -> object:
        field = self._model.names.find(name)
        if field is None:
            raise UserError(f"no parameter is named {name!r}")
        if field in self._above:
            raise UserError(f"{name} is made of itself")
        return self._value(field)

    def _value(self, field: Field) -> object:
        state = self._model.state(field)
        if state.derived and state.template:
            return state.template.render(FirstValues(self._model, (*self._above, field)))
        if state.swept:
            found = self._model.survey(field)
            values = axis_values(state.axis)[0] if found and found.count else ()
            return values[0] if values else "…"
        return field.param.default if state.value is UNSET else state.value

    def __iter__(self) -> Iterator[str]:
        return iter(self._model.names_for(self._above[0]))

    def __len__(self) -> int:
        return len(self._model.names_for(self._above[0]))
