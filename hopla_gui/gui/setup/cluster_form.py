"""What a run asks of its cluster, a row for each option; profiles stand above."""

from __future__ import annotations

from dataclasses import asdict, replace

from PySide6.QtWidgets import QWidget

from hopla_gui.domain.cluster import ClusterOptions
from hopla_gui.domain.setup import Setup
from hopla_gui.gui.setup.cluster_fields import (
    ContainerField,
    LinesField,
    MemoryField,
    PlaceOnNodesField,
    ShellField,
    WalltimeField,
    WordField,
)
from hopla_gui.gui.setup.option_fields import CountField, NamesField, OptionField, WordsField
from hopla_gui.gui.setup.options_form import OptionsForm
from hopla_gui.gui.setup.profile_bar import ProfileBar

_ROWS = {
    "Queue": "queue",
    "Account": "account",
    "Walltime": "walltime_h",
    "Memory": "memory_gb",
    "CPUs": "cpus",
    "GPUs": "gpus",
    "Jobs per task": "points_per_task",
    "At a time": "parallel_per_task",
    "Tasks at most": "max_tasks",
    "QoS": "qos",
    "Constraint": "constraint",
    "Modules": "modules",
    "Preamble": "preamble",
    "Container": "container",
    "Started by": "container_program",
    "Binds": "binds",
    "Pass variables": "pass_env",
    "Python on nodes": "python",
    "Shared folder": "folder",
    "Submit with": "extra",
    "Template": "template",
}
_HINTS = {
    "Walltime": "Of one task: 12:00 is twelve hours; also 90 min, 2 d. The limit of one job is the "
    "run's.",
    "Memory": "Of one job; a task asks for that of the jobs it runs at a time.",
    "CPUs": "Of one job.",
    "GPUs": "Of one job.",
    "Jobs per task": "The scheduler's tasks take jobs from one list, so short jobs cost it little.",
    "At a time": "Jobs that a task runs side by side.",
    "Tasks at most": "That run at a time. It can be changed while they run.",
    "Modules": "Loaded before anything else.",
    "Preamble": "Lines of shell that set up the environment.",
    "Container": "An image in which each job runs.",
    "Binds": "Further folders seen inside, one a line.",
    "Pass variables": "Names; the jobs get the values they have here.",
    "Python on nodes": "Where it is not at the same path there.",
    "Shared folder": "Where the nodes do not see the folder of the stored runs.",
    "Submit with": "Further words for the command that submits.",
    "Template": "A batch script of your own in the place of the one that comes along.",
}
_AT_MOST = 1_000_000


class ClusterForm(OptionsForm):
    """Edits ``[cluster]`` of a set-up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.profiles = ProfileBar()
        super().__init__(_fields(), _HINTS, self.profiles, parent)

    def load(self, setup: Setup) -> None:
        """Show what a set-up says."""
        self.show_options(setup.cluster)

    def show_options(self, options: ClusterOptions) -> None:
        """Show what is asked for."""
        self.show_values({label: getattr(options, name) for label, name in _ROWS.items()})

    def options(self) -> ClusterOptions:
        """Return what the form asks for."""
        said = {name: self._fields[label].value() for label, name in _ROWS.items()}
        if said["container"] is None:
            said["container_program"] = None
        return ClusterOptions(**said)

    def take(self, options: ClusterOptions) -> None:
        """Ask for something else, as if a person had typed it."""
        self.show_options(options)
        self.changed.emit()

    def fill(self, setup: Setup) -> Setup:
        """Return the set-up with what the form says."""
        return replace(setup, cluster=self.options())


def in_the_forms_words(warning: str) -> str:
    """Return a warning that begins with an option's key with the label of its row there."""
    labels = {key: label for label, key in _ROWS.items()}
    key, colon, rest = warning.partition(":")
    return f"{labels.get(key, key)}{colon}{rest}"


def _fields() -> dict[str, OptionField]:
    fields: dict[str, OptionField] = {
        "Queue": WordField("the default queue or partition"),
        "Account": WordField("none"),
        "Walltime": WalltimeField(),
        "Memory": MemoryField(),
        "CPUs": CountField(_AT_MOST, "1", None),
        "GPUs": CountField(_AT_MOST, "none", None),
        "Jobs per task": CountField(_AT_MOST, "automatic", None),
        "At a time": CountField(_AT_MOST, "1", None),
        "Tasks at most": CountField(_AT_MOST, "no limit", None),
        "QoS": WordField("none"),
        "Constraint": WordField("none"),
        "Modules": NamesField("none"),
        "Preamble": ShellField("export OMP_NUM_THREADS=1"),
        "Container": PlaceOnNodesField("none"),
        "Started by": ContainerField(),
        "Binds": LinesField("/data"),
        "Pass variables": NamesField("none"),
        "Python on nodes": PlaceOnNodesField("the one chosen above"),
        "Shared folder": PlaceOnNodesField("where runs are stored"),
        "Submit with": WordsField("nothing more"),
        "Template": PlaceOnNodesField("the one that comes along"),
    }
    assert set(_ROWS.values()) == set(asdict(ClusterOptions()))
    return fields
