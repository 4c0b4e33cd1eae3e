"""The form: the fields of a script's parser as rows in sections.

Rows are built a few at a time, between events, and those that are in sight at first are painted
together: a parser of hundreds of options appears as fast as one of ten, and holds the window up no
longer. The model holds what is said; rows come and go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby
from math import inf
from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hopla_gui.domain.shown_text import one_line
from hopla_gui.engine.commands.naming import subcommands_below
from hopla_gui.errors import UserError
from hopla_gui.gui.setup.field import Field, Kind
from hopla_gui.gui.setup.form_filter import SHOWN_FROM, FormFilter
from hopla_gui.gui.setup.form_model import FormModel
from hopla_gui.gui.setup.form_scroll import FormScroll
from hopla_gui.gui.setup.parameter_row import ParameterRow
from hopla_gui.gui.setup.plain_text import plain_label, tooltip
from hopla_gui.gui.setup.section import Section
from hopla_gui.gui.setup.stray_notice import StrayNotice
from hopla_gui.gui.setup.subcommand_bar import SubcommandBar
from hopla_gui.gui.theme import SPACING, fixed_font

_SLICE_S = 0.012  # to lay rows out and to paint them takes about as long again
_ADVANCED = "Advanced"
_TEXT_AT_MOST = 300


class ParameterForm(QWidget):
    """All fields of the model, in the parser's groups.

    Signals
    -------
    folds_changed
        Which sections a person has folded or unfolded: their titles, with whether they are open.
    """

    folds_changed = Signal(dict)

    def __init__(self, model: FormModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._rows: dict[Field, ParameterRow] = {}
        self._told: dict[Field, str] = {}
        self._insists = False
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timeout)
        self._scroll = FormScroll()
        self._page = self._scroll.turn()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.subcommand_bar = SubcommandBar(model)
        self._sections: list[tuple[Section, Sequence[Field]]] = []
        self._folds: dict[str, bool] = {}
        self.filter = FormFilter()
        self.filter.changed.connect(self._on_filter_changed)
        column.addWidget(self.subcommand_bar)
        self.stray_notice = StrayNotice(model)
        column.addWidget(self.stray_notice)
        column.addWidget(self.filter)
        self._nothing_found = plain_label("No parameter is like that: Esc shows all.", "dim")
        self._nothing_found.setContentsMargins(SPACING.LARGE, SPACING.MEDIUM, SPACING.LARGE, 0)
        self._nothing_found.hide()
        column.addWidget(self._nothing_found)
        column.addWidget(self._scroll)
        for keys, slot in (
            ("Ctrl+Alt+S", self._on_sweep_keys),
            ("Ctrl+Alt+R", self._on_reset_keys),
            ("/", self.search),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        model.fields_changed.connect(self.rebuild)
        model.field_changed.connect(self._on_field_changed)
        model.blocks_changed.connect(self._on_blocks_changed)

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Hand the focus to the first field, what stands above it in sight."""
        for row in self._rows.values():
            row.focus_editor()
            self._scroll.show_top()
            return

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: N802 (Qt's name)
        """Have the next row built before the Tab key would pass over it."""
        if is_next and self._timer.isActive() and self._focused_row() is self._last_row():
            next(self._steps, None)
            self._lay_out_rows()
        return super().focusNextPrevChild(is_next)

    def set_folds(self, folds: Mapping[str, bool]) -> None:
        """Say which sections are open, or not, when the fields are shown next."""
        self._folds = dict(folds)

    # --- building --------------------------------------------------------------------------

    @Slot()
    def rebuild(self) -> None:
        """Show the fields that the model has now."""
        self._rows.clear()
        self._told.clear()
        self._sections.clear()
        self.filter.reset()
        self.filter.setVisible(len(self.model.fields()) >= SHOWN_FROM)
        self._insists = False
        self._page = page = self._scroll.turn()
        page.setUpdatesEnabled(False)  # until its rows fill the room there is
        self._steps = rows = self._build(page)
        self._build_until(perf_counter() + _SLICE_S)
        # not at once: one of the rows that go may be the one whose click led here
        self._steps = chain(rows, self._scroll.clear_away())
        self._timer.start(0)

    def _build(self, page: QWidget) -> Iterator[None]:
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACING.LARGE, SPACING.SMALL, SPACING.LARGE, SPACING.LARGE)
        column.setSpacing(SPACING.SMALL)
        self._add_head(page, column)
        advanced: list[Field] = []
        width = 0
        for path, fields in self.model.levels():
            advanced += [field for field in fields if field.param.hidden]
            shown = [field for field in fields if not field.param.hidden]
            width = max(width, _label_width(shown))
            for title, group in groupby(_in_groups(shown), key=lambda field: _title(path, field)):
                yield from self._add_section(title, column, list(group), width)
        if advanced:
            title = f"{_ADVANCED} ({len(advanced)})"
            yield from self._add_section(title, column, advanced, _label_width(advanced))
        if not self.model.fields():
            column.addWidget(plain_label(_nothing_text(self.model), "dim", parent=page))
        column.addStretch()

    def _add_head(self, page: QWidget, column: QVBoxLayout) -> None:
        spec = self.model.spec
        if spec and spec.description:
            label = plain_label(_first_paragraph(spec.description), "dim", parent=page)
            label.setToolTip(tooltip(spec.description.strip()))
            column.addWidget(label)

    def _add_section(
        self, title: str, column: QVBoxLayout, fields: Sequence[Field], width: int
    ) -> Iterator[None]:
        section = Section(title, column.parentWidget())
        section.toggled.connect(lambda opened: self._on_section_toggled(title, opened))
        column.addWidget(section)
        self._sections.append((section, fields))
        self._show_found(section, fields)
        captioned: set[tuple[tuple[str, ...], int]] = set()
        for field in fields:
            group = field.param.exclusive
            if group and (field.path, group.id) not in captioned:
                captioned.add((field.path, group.id))
                caption = _exclusive_caption(field, self.model.rivals(field))
                section.add_row(plain_label(caption, "dim", parent=section.place()))
            row = self._new_row(field, width, section.place())
            section.add_row(row, shown=self._is_found(field))
            yield

    def _lay_out_rows(self) -> None:
        """Place the rows that have been built since the last time."""
        for section, _ in self._sections:
            section.lay_out()

    def _new_row(self, field: Field, width: int, place: QWidget) -> ParameterRow:
        row = ParameterRow(field, self.model, place)
        row.row_layout.label_width = width
        row.focused.connect(self._on_row_focused)
        row.tell(self._told.get(field))
        if self._insists:
            row.insist()
        self._rows[field] = row
        return row

    def _on_section_toggled(self, title: str, opened: bool) -> None:
        self._folds[title] = opened
        self.folds_changed.emit(dict(self._folds))

    @Slot()
    def search(self) -> None:
        """Put the cursor in the search box."""
        self.filter.search.setFocus()
        self.filter.search.selectAll()

    def _is_found(self, field: Field) -> bool:
        return self.filter.matches(field.param, given=self.model.state(field).given)

    @Slot()
    def _on_filter_changed(self) -> None:
        self._nothing_found.setVisible(not any(map(self._is_found, self.model.fields())))
        for section, fields in self._sections:
            self._show_found(section, fields)
            for field in fields:
                if field in self._rows:
                    self._rows[field].setVisible(self._is_found(field))
        if self.filter.is_on:
            self._scroll.show_top()

    def _show_found(self, section: Section, fields: Sequence[Field]) -> None:
        """Show a section if it has what is looked for, unfolded as long as that is so."""
        section.setVisible(any(map(self._is_found, fields)))
        usually = any(not field.param.hidden or self.model.state(field).given for field in fields)
        section.set_open(self.filter.is_on or self._folds.get(section.title, usually))

    @Slot()
    def _on_timeout(self) -> None:
        self._build_until(perf_counter() + _SLICE_S)

    def finish_building(self) -> None:
        """Build the rows that are still to come."""
        self._build_until(inf)

    def _build_until(self, end: float) -> None:
        is_done = all(perf_counter() < end for _ in self._steps)
        if is_done or len(self._rows) >= self._scroll.rows_in_sight:
            self._lay_out_rows()
            self._page.setUpdatesEnabled(True)
        if is_done:
            self._timer.stop()

    # --- rows ------------------------------------------------------------------------------

    def row(self, name: str) -> ParameterRow:
        """Return the row of the field that a key of a sweep file names.

        Raises
        ------
        KeyError
            Where no field on show goes by that name.
        """
        field = self.model.names.find(name)
        if field is None:
            raise KeyError(name)
        return self._row(field)

    def _row(self, field: Field) -> ParameterRow:
        if field not in self._rows:
            self.finish_building()
        return self._rows[field]

    def _last_row(self) -> ParameterRow | None:
        """Return the row that was built last."""
        return next(reversed(self._rows.values()), None)

    @property
    def rows(self) -> Mapping[Field, ParameterRow]:
        """The rows that are built."""
        return self._rows

    def show_problems(self, problems: Sequence[UserError]) -> None:
        """Show each problem at its field, and none at the others."""
        told: dict[Field, str] = {}
        for problem in problems:
            field = self.field_of(problem)
            if field is not None:
                told.setdefault(field, problem.what)
        gone = self._told.keys() - told.keys()
        self._told = told
        for field in gone | told.keys():
            if field in self._rows:
                self._rows[field].tell(told.get(field))

    def field_of(self, problem: UserError) -> Field | None:
        """Return where a problem is shown; of several fields that set one dest, a given one."""
        if problem.parameter is None:
            return None
        same = [field for field in self.model.fields() if field.param.dest == problem.parameter]
        given = [field for field in same if self.model.state(field).given]
        return next(iter(given or same), None) or self.model.names.find(problem.parameter)

    def local_problems(self) -> list[UserError]:
        """Return what the rows that are built find wrong themselves.

        Whether a value is a choice is the script's parser's to say, which is asked before a run.
        """
        rows = (row for row in self._rows.values() if row.field.kind is not Kind.CHOICE)
        found = ((row, row.own_error()) for row in rows)
        return [
            UserError(f"{row.field.param.label}: {told}", parameter=self.model.names.key(row.field))
            for row, told in found
            if told
        ]

    def insist(self) -> None:
        """Show at the fields that required values are missing."""
        self._insists = True
        for row in self._rows.values():
            row.insist()

    def focus_field(self, field: Field) -> None:
        """Scroll to a field and put the cursor in it."""
        row = self._row(field)
        if not self._is_found(field):
            self.filter.reset()
        parent: QWidget | None = row.parentWidget()
        while parent is not None and not isinstance(parent, Section):
            parent = parent.parentWidget()
        if isinstance(parent, Section):
            parent.set_open(True)
        row.focus_editor()

    @Slot(object)
    def _on_row_focused(self, row: ParameterRow) -> None:
        self._scroll.show_row(row)

    @Slot(object)
    def _on_field_changed(self, field: Field) -> None:
        if field in self._rows:
            self._rows[field].show_state()

    @Slot()
    def _on_blocks_changed(self) -> None:
        for block in self.model.blocks():
            for field in block:
                self._on_field_changed(field)

    def _focused_row(self) -> ParameterRow | None:
        widget: QWidget | None = self.focusWidget()
        while widget is not None and not isinstance(widget, ParameterRow):
            widget = widget.parentWidget()
        return widget

    @Slot()
    def _on_sweep_keys(self) -> None:
        row = self._focused_row()
        if row is not None:
            row.sweep_button.click()

    @Slot()
    def _on_reset_keys(self) -> None:
        row = self._focused_row()
        if row is not None:
            row.reset_button.click()


def _first_paragraph(text: str) -> str:
    """Return what a description says first, in one line; the rest is for its tooltip."""
    first, *rest = re.split(r"\n\s*\n", text.strip())
    line = one_line(" ".join(first.split())[: _TEXT_AT_MOST + 1], _TEXT_AT_MOST + 1)
    if len(line) > _TEXT_AT_MOST:
        return f"{line[:_TEXT_AT_MOST].rpartition(' ')[0] or line[:_TEXT_AT_MOST]}…"
    return f"{line} …" if rest else line


def _in_groups(fields: Sequence[Field]) -> list[Field]:
    """Bring the fields of one group together: positional ones first, as ``--help`` has them."""
    groups: dict[str | None, list[Field]] = {}
    for field in fields:
        groups.setdefault(_group(field), []).append(field)
    ordered = sorted(groups.values(), key=lambda group: not group[0].param.is_positional)
    return [field for group in ordered for field in group]


def _group(field: Field) -> str:
    told = field.param.group
    if told:
        return told[:1].upper() + told[1:]
    return "Positional arguments" if field.param.is_positional else "Options"


def _title(path: tuple[str, ...], field: Field) -> str:
    return " ".join((*path, "·", _group(field))) if path else _group(field)


def _exclusive_caption(field: Field, rivals: Sequence[Field]) -> str:
    names = " or ".join([field.param.label, *(rival.param.label for rival in rivals)])
    group = field.param.exclusive
    return f"{names} — one of them{' is required' if group and group.required else ', or none'}"


def _label_width(fields: Sequence[Field]) -> int:
    metrics = QFontMetrics(fixed_font())
    widths = (metrics.horizontalAdvance(f"{field.param.label} *") for field in fields)
    return min(max(widths, default=80) + 2, 220)


def _nothing_text(model: FormModel) -> str:
    below = subcommands_below(model.spec, model.subcommand) if model.spec else None
    if below and below.required:
        return "Choose a subcommand to see its parameters."
    return "This script takes no parameters."
