from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from jobs_fake_run import HOSTILE, FakeRun, failed, running
from PySide6.QtCore import QEvent

from hopla_gui.gui.jobs import log_pane
from hopla_gui.gui.jobs.ansi import PLAIN, Style, overwritten, styled
from hopla_gui.gui.jobs.log_file import PAGE, read_before, read_last
from hopla_gui.gui.jobs.log_lines import LogLines
from hopla_gui.gui.jobs.output_view import OutputView, Streams

# What tqdm 4 writes for bars in bars, with leave=False and without.
NESTED = (
    b"\repoch 0/2\n\rbatch 0/2\x1b[A\n\rbatch 1/2\x1b[A\n\rbatch 2/2\x1b[A\n\r"
    b"         \x1b[A\repoch 1/2\n\rbatch 0/2\x1b[A\n\rbatch 1/2\x1b[A\n\rbatch 2/2\x1b[A\n\r"
    b"         \x1b[A\repoch 2/2\repoch 2/2\n"
)
NESTED_LEFT = (
    b"\repoch 0/2\n\rbatch 0/2\x1b[A\n\rbatch 1/2\x1b[A\n\r"
    b"batch 2/2\x1b[A\rbatch 2/2\n\repoch 1/2\n\rbatch 0/2\x1b[A\n\rbatch 1/2\x1b[A\n\r"
    b"batch 2/2\x1b[A\rbatch 2/2\n\repoch 2/2\repoch 2/2\n"
)


def shown(lines):
    return ["".join(text for text, _ in line) for line in lines]


@pytest.fixture
def view(qtbot):
    view = OutputView()
    qtbot.addWidget(view)
    view.resize(600, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def logs(tmp_path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path


def write(logs, out=b"", err=b"", index=0):
    (logs / f"logs/{index}.out").write_bytes(out)
    (logs / f"logs/{index}.err").write_bytes(err)


def test_colours_become_styles_and_no_sequence_is_left():
    pieces, after = styled("a\x1b[1;31mred\x1b[0m b\x1b[38;5;208mc\x1b[48;2;1;2;300md\x1b[2K\x1b[A")
    assert pieces == [
        ("a", PLAIN),
        ("red", Style(foreground=1, is_bold=True)),
        (" b", PLAIN),
        ("c", Style(foreground=208)),
        ("d", Style(foreground=208, background=(1, 2, 255))),
    ]
    assert after == Style(foreground=208, background=(1, 2, 255))


@pytest.mark.parametrize("broken", ["\x1b", "\x1b[", "\x1b[38;5m", "\x1b[38;2;1m", "\x1b]0;title"])
def test_broken_sequences_swallow_nothing(broken):
    pieces, _ = styled(f"{broken}\n rest"[:40])
    assert "rest" in "".join(text for text, _ in pieces)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("  0%\r 50%\r100%", "100%"),
        ("100%\r", "100%"),
        ("text\r\x1b[K", "text"),
        ("plain", "plain"),
        ("\r\r", ""),
    ],
)
def test_progress_bars_collapse_to_their_last_state(line, left):
    assert overwritten(line) == left


def test_lines_arrive_in_pieces():
    lines = LogLines()
    first = lines.feed(b"one\ntw")
    assert (shown(first.complete), shown([first.open])) == (["one"], ["tw"])
    second = lines.feed("o\n\u00e9".encode()[:-1])
    assert (shown(second.complete), shown([second.open])) == (["two"], [""])
    third = lines.feed("\u00e9".encode()[-1:] + b" 1%\r 2%")
    assert shown([third.open]) == [" 2%"]
    fourth = lines.feed(b"\r 3%\r\n\xff\xfe\x00\n")
    assert shown(fourth.complete) == [" 3%", r"\xff\xfe⟨NUL⟩"]


def test_a_style_lasts_over_line_ends():
    lines = LogLines().feed(b"\x1b[31mred\nstill\x1b[0m not")
    assert lines.complete == [[("red", Style(foreground=1))]]
    assert lines.open == [("still", Style(foreground=1)), (" not", PLAIN)]


@pytest.mark.parametrize(
    ("written", "left"),
    [(NESTED, ["epoch 2/2"]), (NESTED_LEFT, ["batch 2/2", "batch 2/2", "epoch 2/2"])],
)
def test_nested_progress_bars_collapse_to_their_last_state(written, left):
    written = b"first\n" + written + b"done\n"
    assert shown([LogLines().feed(written).open]) == ["\n".join(["first", *left, "done", ""])]
    lines, start = LogLines(), written.index(b"A") + 1
    assert shown([lines.feed(written[:start]).open]) == ["first\nepoch 0/2\nbatch 0/2"]
    for byte in written[start:]:
        last = lines.feed(bytes([byte]))
        assert not last.complete
    assert shown([last.open]) == ["\n".join(["first", *left, "done", ""])]


def test_nobody_goes_back_more_than_some_lines():
    lines = LogLines()
    first = lines.feed(b"".join(b"%d\n" % number for number in range(100)) + b"\x1b[9999A\rup")
    assert shown(first.complete) == [str(number) for number in range(81)]
    assert shown([first.open])[0].startswith("up\n82\n")
    second = lines.feed(b"\x1b[32m\ndown" + b"\n" * 40)
    assert shown(second.complete)[:3] == ["up", "down", "83"]
    assert len(second.complete) == 22
    assert second.open == [("\n", PLAIN)] * 19


def test_pages_begin_with_a_line(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"".join(b"line %06d\n" % number for number in range(100_000)))
    page = read_last(log)
    assert page.is_last
    assert not page.is_first
    assert page.content.startswith(b"line ")
    assert len(page.content) <= PAGE
    before = read_before(log, page.start)
    assert before.end == page.start
    assert before.content.startswith(b"line ")
    assert read_last(tmp_path / "none").content == b""


def test_both_logs_are_shown_and_an_empty_one_takes_no_room(view, logs):
    write(logs, out=b"hello <b>world</b>\n", err=b"careful\n")
    run = FakeRun(2, logs, {0: failed(), 1: failed()})
    view.show_job(run, run.record(0))
    assert view.stdout.view.toPlainText() == "hello <b>world</b>\n"
    assert view.stderr.view.toPlainText() == "careful\n"
    assert view.stdout.isVisible()
    assert view.stderr.isVisible()
    write(logs, err=b"only this\n", index=1)
    view.show_job(run, run.record(1))
    assert not view.stdout.isVisible()
    view.show_streams(Streams.STDOUT)
    assert view.stdout.isVisible()
    assert not view.stderr.isVisible()


def test_output_is_followed_while_the_job_runs(view, logs, qtbot):
    write(logs, out=b"first\n 10%")
    run = FakeRun(1, logs, {0: running()})
    view.show_job(run, run.record(0))
    assert view.stdout.view.toPlainText() == "first\n 10%"
    with (logs / "logs/0.out").open("ab") as log:
        log.write(b"\r 90%\ndone\n")
    qtbot.waitUntil(lambda: view.stdout.view.toPlainText() == "first\n 90%\ndone\n")
    run.outcomes[0] = failed()
    with (logs / "logs/0.out").open("ab") as log:
        log.write(b"last words")
    view.show_job(run, run.record(0))
    assert view.stdout.view.toPlainText().endswith("last words")


def test_nested_progress_bars_are_followed_in_place(view, logs):
    write(logs, err=b"first\n" + NESTED[:40])
    run = FakeRun(1, logs, {0: running()})
    view.show_job(run, run.record(0))
    assert view.stderr.view.toPlainText() == "first\nepoch 0/2\nbatch 1/2"
    with (logs / "logs/0.err").open("ab") as log:
        log.write(NESTED[40:] + b"done\n")
    view.stderr.follow()
    assert view.stderr.view.toPlainText() == "first\nepoch 2/2\ndone\n"


def test_the_end_stays_in_sight_unless_somebody_reads_above(view, logs):
    write(logs, out=b"line\n" * 500)
    run = FakeRun(1, logs, {0: running()})
    view.show_job(run, run.record(0))
    bar = view.stdout.view.verticalScrollBar()

    def write_more():
        with (logs / "logs/0.out").open("ab") as log:
            log.write(b"more\n" * 50)
        view.stdout.follow()

    write_more()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(10)
    write_more()
    assert bar.value() == 10


def test_a_huge_log_costs_one_page_and_pages_back(view, logs):
    log = logs / "logs/0.out"
    with log.open("wb") as file:
        file.truncate(1_000_000_000)  # a sparse file, of NULs
        file.seek(0, 2)
        file.write(b"\n" + b"".join(b"line %06d\n" % number for number in range(60_000)))
    (logs / "logs/0.err").write_bytes(b"")
    run = FakeRun(1, logs, {0: failed()})
    view.show_job(run, run.record(0))
    view.grab()
    assert view.stdout.view.toPlainText().endswith("line 059999\n")
    assert len(view.stdout.view.toPlainText()) <= PAGE
    first = view.stdout.view.toPlainText().splitlines()[0]
    view.stdout.earlier_button.click()
    last = view.stdout.view.toPlainText().splitlines()[-1]
    assert int(last.split()[1]) + 1 == int(first.split()[1])
    view.stdout.later_button.click()
    assert view.stdout.view.toPlainText().splitlines()[0] == first
    view.stdout.start_button.click()
    assert view.stdout.view.toPlainText().startswith("⟨NUL⟩")
    buttons = (view.stdout.start_button, view.stdout.later_button, view.stdout.latest_button)
    assert [button.isEnabled() for button in buttons] == [False, True, True]
    view.stdout.latest_button.click()
    assert [button.isEnabled() for button in buttons] == [True, False, False]


def test_a_log_that_grows_faster_than_it_is_read_is_followed_to_its_end(view, logs, monkeypatch):
    log = logs / "logs/0.out"
    write(logs, out=b"first\n")
    run = FakeRun(1, logs, {0: running()})
    view.show_job(run, run.record(0))

    def grow():
        with log.open("ab") as stream:
            stream.write(b"more\n" * PAGE)

    def read_late(path):
        page = read_last(path)
        grow()
        return replace(page, size=path.stat().st_size)

    grow()
    with monkeypatch.context() as patch:
        patch.setattr(log_pane, "read_last", read_late)
        view.stdout.follow()
    grow()
    with log.open("ab") as stream:
        stream.write(b"the end\n")
    view.stdout.follow()
    assert view.stdout.view.toPlainText().endswith("the end\n")


@pytest.mark.parametrize("place", [7, None])
def test_another_theme_leaves_the_place_in_a_log(view, logs, place):
    write(logs, out=b"line\n" * 500)
    run = FakeRun(1, logs, {0: running()})
    view.show_job(run, run.record(0))
    bar = view.stdout.view.verticalScrollBar()
    if place is not None:
        bar.setValue(place)
    view.stdout.changeEvent(QEvent(QEvent.Type.PaletteChange))
    assert bar.value() == (bar.maximum() if place is None else place)
    with (logs / "logs/0.out").open("ab") as log:
        log.write(b"more\n" * 50)
    view.stdout.follow()
    assert bar.value() == (bar.maximum() if place is None else place)


def test_a_log_that_is_cut_shows_none_of_what_is_gone(view, logs):
    log = logs / "logs/0.out"
    write(logs, out=b"much\n" * 5 * PAGE)
    run = FakeRun(1, logs, {0: running()})
    view.show_job(run, run.record(0))
    view.stdout.earlier_button.click()
    log.write_bytes(b"little\nand dropped\n")
    view.stdout.follow()
    assert view.stdout.view.toPlainText() == "little\nand dropped\n"


def test_hostile_output_is_bounded_data(view, logs):
    text = "\n".join(part.replace("\ud800", "") for part in HOSTILE)
    write(logs, out=text.encode(), err=b"\x1b[31m" + b"\xff" * 1_000_000)
    run = FakeRun(1, logs, {0: failed()})
    view.show_job(run, run.record(0))
    view.wrap_button.click()
    view.grab()
    for pane in (view.stdout, view.stderr):
        assert len(pane.view.toPlainText()) < 10_000
        assert "\x1b" not in pane.view.toPlainText()


def test_logs_that_are_not_there_say_so(view, logs):
    run = FakeRun(1, logs, {0: failed()})
    view.show_job(run, run.record(0))
    assert view.stdout.view.placeholderText() == "Nothing was written"
    view.clear()
