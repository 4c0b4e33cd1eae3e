"""PySide6 must not lose references to None and True (docs/decisions/0001-pyside-version.md)."""

import subprocess
import sys
import textwrap

import pytest

COUNT = 1_000
SLACK = 100  # what else comes and goes in an interpreter

CHILD = textwrap.dedent(f"""
    import sys
    from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal

    class Nothing(QRunnable):
        def run(self):
            return None

    class Sender(QObject):
        told = Signal(bool)

    def counts():
        return sys.getrefcount(None), sys.getrefcount(True)

    app = QCoreApplication([])
    pool, sender = QThreadPool(), Sender()
    sender.told.connect(lambda yes: None)
    before = counts()
    for _ in range({COUNT}):
        pool.start(Nothing())
        sender.told.emit(True)
    pool.waitForDone()
    print(*(now - then for now, then in zip(counts(), before, strict=True)))
""")


@pytest.mark.skipif(
    sys.version_info >= (3, 12),
    reason="None and True are immortal there, their counts mean nothing",
)
def test_references_to_none_and_true_survive_runnables_and_emits():
    child = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    lost_none, lost_true = map(int, child.stdout.split())
    assert abs(lost_none) < SLACK
    assert abs(lost_true) < SLACK
