"""Make the pictures of the documentation, by running the program on its example.

    xvfb-run -s "-screen 0 1600x1000x24" python docs/make_screenshots.py

Each picture shows the real window after a real run, at twice the scale, in a light and a dark
theme. Scripts, runs and settings are in temporary folders.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 800
FAILED_JOB = 106

_home = tempfile.TemporaryDirectory(prefix="hopla-pictures-")
STUDY = Path("/var/tmp/study")  # the path that the pictures show
for _kind in ("DATA", "CACHE", "CONFIG"):
    os.environ[f"XDG_{_kind}_HOME"] = str(Path(_home.name, _kind.lower()))
os.environ.setdefault("QT_SCALE_FACTOR", "2")
os.environ["PATH"] = os.pathsep.join(("/usr/bin", os.environ["PATH"]))
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QObject, QSettings, SignalInstance  # noqa: E402
from PySide6.QtWidgets import QAbstractItemView, QApplication  # noqa: E402

# isort: split
import qasync  # noqa: E402

from hopla_gui import paths  # noqa: E402
from hopla_gui.domain.plots.spec import PlotKind, PlotSpec  # noqa: E402
from hopla_gui.engine.inspection.trust import trust  # noqa: E402
from hopla_gui.gui.main_window import MainWindow  # noqa: E402
from hopla_gui.gui.settings import Settings  # noqa: E402
from hopla_gui.gui.theme import MODES, app_icon, apply_theme  # noqa: E402


async def emitted(signal: SignalInstance) -> None:
    """Wait until a signal is emitted."""
    happened = asyncio.Event()
    signal.connect(lambda *_: happened.set())
    await happened.wait()


async def picture(window: MainWindow, name: str) -> None:
    """Save the window in each theme."""
    for mode in MODES[1:]:
        apply_theme(QApplication.instance(), mode)
        await asyncio.sleep(0.3)  # a frame or two
        window.grab().save(str(IMAGES / f"{name}-{mode}.png"))


async def run_and_select(window: MainWindow, sweep: Path, job: int) -> None:
    """Run a sweep file and show one of its jobs."""
    opened = asyncio.ensure_future(emitted(window.workbench.document.opened))
    window.open_path(sweep)
    await opened
    finished = asyncio.ensure_future(emitted(window.run_finished))
    window.start_run()
    await finished
    window.job_tree.select_job(job)


async def show_plot(window: MainWindow, spec: PlotSpec) -> None:
    """Show a picture of the run in place of the tree, with no job selected."""
    plots = window.run_panel.plots
    plots.job_picked.emit(-1)
    window.run_panel.show_plots(True)
    plots.show_spec(spec)
    while not plots.is_up_to_date:
        await asyncio.sleep(0.1)


async def make_all(_app: QObject) -> None:
    """Make every picture."""
    settings = Settings(QSettings(str(Path(_home.name, "settings")), QSettings.Format.IniFormat))
    window = MainWindow(settings, Path(_home.name, "runs"))
    window.resize(WIDTH, HEIGHT)
    window.show()
    window.start([])
    await run_and_select(window, STUDY / "segment.toml", FAILED_JOB)
    window.messages.clear()
    window.job_tree.setFocus()
    await asyncio.sleep(1)  # until the details have taken their room
    middle = QAbstractItemView.ScrollHint.PositionAtCenter
    window.job_tree.scrollTo(window.job_tree.currentIndex(), middle)
    await picture(window, "failures")
    await show_plot(window, PlotSpec(PlotKind.HEATMAP, "sigma", "threshold", "dice"))
    await picture(window, "heatmap")
    await show_plot(window, PlotSpec(PlotKind.TIMELINE))
    await picture(window, "timeline")
    closed = asyncio.ensure_future(emitted(window.closed))
    window.close_now()
    await closed


def main() -> None:
    """Make the pictures and clean up."""
    IMAGES.mkdir(exist_ok=True)
    shutil.rmtree(STUDY, ignore_errors=True)
    for folder in (ROOT / "docs" / "examples", paths.resource("demo")):
        shutil.copytree(folder, STUDY, dirs_exist_ok=True)
    for script in STUDY.glob("*.py"):
        trust(script)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(app_icon())
    try:
        qasync.run(make_all(app))
    finally:
        shutil.rmtree(STUDY)
        _home.cleanup()


if __name__ == "__main__":
    main()
