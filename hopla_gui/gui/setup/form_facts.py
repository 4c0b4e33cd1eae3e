"""What follows from how the fields of a form stand: what is missing, what values there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hopla_gui.domain.axes import Column, Glob, Lines, Values
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.field import Field
from hopla_gui.gui.setup.first_values import FirstValues
from hopla_gui.gui.setup.survey import Survey
from hopla_gui.gui.setup.surveyor import Surveyor

if TYPE_CHECKING:
    from hopla_gui.gui.setup.form_model import FormModel

_MANY = 1_000_000


class FormFacts(QObject):
    """Answers questions about a form; changes nothing.

    Signals
    -------
    surveyed
        The `Field` whose values are known now.
    """

    surveyed = Signal(object)

    def __init__(self, model: FormModel) -> None:
        super().__init__(model)
        self.model = model
        self._surveyor = Surveyor(self)
        self._surveyor.surveyed.connect(self.surveyed)

    def forget(self) -> None:
        """Forget all values: another parser is shown."""
        self._surveyor.forget()

    # --- whether it may be given, or must be ---------------------------------------------------

    def excluded_by(self, field: Field) -> Field | None:
        """Return the given member of the field's exclusive group, where it is another one."""
        if self.model.state(field).given:
            return None
        return next(
            (other for other in self.model.rivals(field) if self.model.state(other).given), None
        )

    def is_missing(self, field: Field) -> bool:
        """Whether the parser requires the field, or one of its group, and nothing is given."""
        group = field.param.exclusive
        if not field.param.required and not (group and group.required):
            return False
        if self.seed_field() in (field, *self.model.rivals(field)):
            return False
        return not any(self.model.state(one).given for one in (field, *self.model.rivals(field)))

    def seed_field(self) -> Field | None:
        """Return the field that repetitions fill in."""
        seed = self.model.repeat.seed if self.model.repeat else None
        return self.model.names.find(seed) if seed else None

    # --- its values --------------------------------------------------------------------------

    def survey(self, field: Field) -> Survey | None:
        """Return what is known of a swept field's values; None while they are looked at."""
        axis = self.model.state(field).axis
        return Survey(0) if axis is None else self._surveyor.survey(field, axis)

    def names_for(self, field: Field) -> tuple[str, ...]:
        """Return the names that a template of the field can be made of."""
        return tuple(
            self.model.names.key(other) for other in self.model.fields() if other is not field
        )

    def sample(self, field: Field) -> tuple[str | None, str | None]:
        """Return what the field's template makes of first values, or what is wrong with it."""
        template = self.model.state(field).template
        try:
            if template is None or not template.text:
                raise UserError("write what it is made of, such as {name}.txt")
            return template.render(FirstValues(self, (field,))), None
        except UserError as error:
            return None, error.what

    def count(self, field: Field) -> int:
        """Return the number of values of a swept field, 0 while it is not known."""
        axis = self.model.state(field).axis
        if isinstance(axis, Values):
            return len(axis.items)
        found = self.survey(field)
        return found.count if found else 0

    def weight(self) -> int:
        """Return how many values a check of the set-up goes through; a file counts as many."""
        fields = [field for block in self.model.blocks() for field in block]
        reads = any(isinstance(self.model.state(f).axis, Glob | Lines | Column) for f in fields)
        waits = any(self.survey(field) is None for field in fields)
        return _MANY if reads or waits or self.model.rules else sum(map(self.count, fields))

    def length_error(self, field: Field) -> str | None:
        """Return how the number of values differs from that of the fields linked to it."""
        count = self.count(field)
        block = next((block for block in self.model.blocks() if field in block), ())
        other = next((other for other in block if self.count(other) != count), None)
        if other is None or not count:
            return None
        values = "value" if count == 1 else "values"
        return f"{count:,} {values}, but “{other.param.label}” has {self.count(other):,}"
