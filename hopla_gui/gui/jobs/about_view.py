"""What belongs with a result: script, commit, interpreter, packages, host, variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hopla_gui.domain.job import JobRecord
from hopla_gui.domain.run import RunInfo
from hopla_gui.domain.setup import Order
from hopla_gui.gui.jobs.formatting import clock_time, elapsed
from hopla_gui.gui.jobs.plain_view import copy_text, dim_label, plain_view, text_button
from hopla_gui.gui.jobs.run_view import RunView
from hopla_gui.gui.jobs.text import many_lines, one_line
from hopla_gui.gui.theme import SPACING

_PACKAGE_LINES = 10


class AboutView(QScrollArea):
    """Where the results of a run come from; read when it is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: RunView | None = None
        self._record: JobRecord | None = None
        self._packages = ""
        self._labels: dict[str, QLabel] = {}
        self.packages_button = text_button("Show", "chevron-down", "List the packages")
        self.packages_button.setCheckable(True)
        self.packages_button.toggled.connect(self._on_packages_toggled)
        self.copy_button = text_button("Copy", "copy", "Copy them as a requirements file has them")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.packages_view = plain_view("Installed packages")
        line = self.packages_view.fontMetrics().lineSpacing()
        self.packages_view.setFixedHeight(line * _PACKAGE_LINES + SPACING.MEDIUM)
        self.packages_view.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        content = QWidget()
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setHorizontalSpacing(SPACING.LARGE)
        self._form.setVerticalSpacing(SPACING.TINY)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        bar = QHBoxLayout()
        bar.setSpacing(SPACING.TINY)
        self._package_count = QLabel()
        bar.addWidget(self._package_count)
        bar.addWidget(self.packages_button)
        bar.addWidget(self.copy_button)
        bar.addStretch(1)
        column = QVBoxLayout(content)
        column.setContentsMargins(*(SPACING.MEDIUM,) * 4)
        column.addLayout(self._form)
        column.addLayout(bar)
        column.addWidget(self.packages_view)
        column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_run(self, run: RunView, record: JobRecord) -> None:
        """Show where the results of a job come from."""
        self._run, self._record = run, record
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is not read before somebody looks."""
        super().showEvent(event)
        self._read()

    def clear(self) -> None:
        """Show nothing."""
        self._run = self._record = None

    def text(self) -> str:
        """Return all that it says."""
        return "\n".join(f"{name}: {label.text()}" for name, label in self._labels.items())

    def _read(self) -> None:
        if self._run is None or self._record is None:
            return
        rows = dict(about_rows(self._run.info, self._record, self._run.fact("git")))
        rows["Folder"] = str(self._run.run_dir)
        for name in [name for name in self._labels if name not in rows]:
            self._form.removeRow(self._labels.pop(name))
        for name, text in rows.items():
            if name not in self._labels:
                label = self._labels[name] = _value_label()
                title = dim_label()
                title.setText(name)
                self._form.addRow(title, label)
            self._labels[name].setText(many_lines(text, 20_000))
        self._show_packages(self._run.fact("packages"))

    def _show_packages(self, packages: Mapping[str, str] | None) -> None:
        found = sorted((packages or {}).items(), key=lambda item: item[0].casefold())
        self._packages = "".join(f"{name}=={version}\n" for name, version in found)
        shown = many_lines(self._packages.rstrip("\n"))
        if self.packages_view.toPlainText() != shown:
            self.packages_view.setPlainText(shown)
        count = len(found)
        self._package_count.setText(
            "Packages are not known" if packages is None
            else f"{count:,} installed {'package' if count == 1 else 'packages'}"
        )  # fmt: skip
        for button in (self.packages_button, self.copy_button):
            button.setVisible(bool(found))
        self.packages_view.setVisible(bool(found) and self.packages_button.isChecked())

    def _on_packages_toggled(self, shown: bool) -> None:
        self.packages_button.setText("Hide" if shown else "Show")
        self.packages_view.setVisible(shown)
        if shown:
            QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.packages_view))

    def _on_copy_clicked(self) -> None:
        copy_text(self._packages, self.copy_button)


def about_rows(
    info: RunInfo, record: JobRecord, git: Mapping[str, object] | None
) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of what is known of a run, and of the attempt that is shown."""
    yield "Script", info.script
    if info.script_sha256:
        yield "SHA-256", info.script_sha256
    if git:
        dirty = " · with changes that are not committed" if git.get("dirty") else ""
        yield "Git commit", f"{git.get('commit')}{dirty}"
    if info.python:
        yield "Python", f"{info.python_version or 'unknown version'} · {info.python}"
    yield "Host", record.outcome.hostname or info.hostname
    yield "Working directory", info.cwd
    yield "Run", " · ".join(_how(info))
    yield "Started", clock_time(info.started)
    if info.options.env:
        yield "Variables given", _variables(info.options.env)
    if info.options.record_env:
        yield "Variables recorded", _variables(info.environment) or "none of them was set"
    yield "hopla_gui", info.hopla_gui


def _how(info: RunInfo) -> Iterator[str]:
    options = info.options
    yield "1 worker" if options.workers == 1 else f"{options.workers or 1:,} workers"
    if options.isolation:
        yield options.isolation.value
    if options.order is Order.SHUFFLED:
        yield "shuffled"
    if options.timeout:
        yield f"time limit {elapsed(options.timeout)}"
    if options.retries:
        yield f"{options.retries} {'retry' if options.retries == 1 else 'retries'}"
    if options.delay_upto:
        yield f"delay up to {elapsed(options.delay_upto)}"


def _variables(found: Mapping[str, str]) -> str:
    return "\n".join(one_line(f"{name}={value}", 1_000) for name, value in found.items())


def _value_label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
