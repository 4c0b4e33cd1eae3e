"""The values that the first job will have: what a template is shown with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hopla_gui.errors import UserError
from hopla_gui.gui.setup.field import UNSET, Field
from hopla_gui.gui.setup.values import axis_values

if TYPE_CHECKING:
    from hopla_gui.gui.setup.form_facts import FormFacts


class FirstValues(Mapping[str, object]):
    """The value that each parameter has in the first job; those below are made of others."""

    def __init__(self, facts: FormFacts, above: tuple[Field, ...]) -> None:
        self._facts = facts
        self._above = above

    def __getitem__(self, name: str) -> object:
        field = self._facts.model.names.find(name)
        if field is None:
            raise UserError(f"no parameter is named {name!r}")
        if field in self._above:
            raise UserError(f"{name} is made of itself")
        return self._value(field)

    def _value(self, field: Field) -> object:
        state = self._facts.model.state(field)
        if state.derived and state.template:
            return state.template.render(FirstValues(self._facts, (*self._above, field)))
        if state.swept:
            found = self._facts.survey(field)
            values = axis_values(state.axis)[0] if found and found.count else ()
            return values[0] if values else "…"
        return field.param.default if state.value is UNSET else state.value

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts.names_for(self._above[0]))

    def __len__(self) -> int:
        return len(self._facts.names_for(self._above[0]))
