"""The jobs that are given other values by hand: each gets a command of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hopla_gui.domain.edits import JobEdit
from hopla_gui.domain.params import ParserSpec
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.template import Field, rendered
from hopla_gui.engine.commands.argtext import number_of
from hopla_gui.engine.commands.command import Command
from hopla_gui.engine.commands.values import KnownValues
from hopla_gui.errors import UserError


class EditedCommands:
    """Makes the commands of edited jobs; what an edit touches in an ``expr`` is made anew."""

    def __init__(self, setup: Setup, spec: ParserSpec, values: KnownValues) -> None:
        self._setup = setup
        self._spec = spec
        self._values = values
        self._commands: dict[tuple[str, ...], Command] = {}

    def make(
        self, parameters: Mapping[str, object], edits: Sequence[JobEdit]
    ) -> tuple[dict[str, object], tuple[str, ...]]:
        """Return the parameters and the command of a job after its edits.

        Raises
        ------
        UserError
            Naming the parameter that cannot be given so.
        """
        changed: set[str] = set()
        found = dict(parameters)
        for edit in edits:
            found = edit.applied(found)
            changed.update(edit.set, edit.unset)
        self._derive_anew(found, changed)
        command = self._command(tuple(found))
        argv = (str(self._setup.script), *command.build(found))
        params = {slot.target.key: slot.target.candidates[0][1] for slot in command.slots}
        return {name: number_of(params[name], value) for name, value in found.items()}, argv

    def _derive_anew(self, found: dict[str, object], changed: set[str]) -> None:
        for name, parts in self._values.derived.items():
            fields = [part for part in parts if isinstance(part, Field)]
            if name in changed or not any(field.name in changed for field in fields):
                continue
            try:
                texts = (p if isinstance(p, str) else self._text(p, found) for p in parts)
                found[name] = "".join(texts)
            except UserError as error:
                raise UserError(f"{name}: {error.what}", parameter=name) from None

    def _text(self, field: Field, found: Mapping[str, object]) -> str:
        if field.name in found:
            return rendered(field, found[field.name])
        default = self._values.target(field.name).candidates[0][1].default
        return rendered(field, default)

    def _command(self, keys: tuple[str, ...]) -> Command:
        if keys not in self._commands:
            setup = self._setup
            self._commands[keys] = Command(self._spec, keys, setup.subcommand, setup.extra)
        return self._commands[keys]
