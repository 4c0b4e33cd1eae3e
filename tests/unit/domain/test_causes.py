from __future__ import annotations

import traceback

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hopla_gui.domain.causes import CauseKind, cause_of_exception, cause_of_text
from hopla_gui.domain.diagnosis import diagnose
from hopla_gui.domain.job import JobOutcome, JobState
from hopla_gui.domain.raised import Frame, Raised, raised_from_json, raised_to_json

FRAMES = (
    Frame("/home/ada/main.py", 10, "<module>"),
    Frame("/home/ada/fit.py", 12, "fit"),
    Frame("/usr/lib/python3/dist-packages/numpy/x.py", 99, "inv", is_user=False),
)


def failed(**facts):
    return JobOutcome(JobState.FAILED, facts.pop("exit_code", 1), **facts)


def test_an_exception_is_its_type_the_users_line_and_its_masked_message():
    raised = Raised("numpy.linalg.LinAlgError", "singular at 7", FRAMES)
    cause = diagnose(failed(raised=raised))
    assert (cause.file, cause.line, cause.function) == ("/home/ada/fit.py", 12, "fit")
    assert cause.title == "LinAlgError at fit.py:12"
    assert (cause.message, cause.example) == ("singular at …", "singular at 7")
    assert cause == diagnose(failed(raised=Raised(raised.type, "singular at 8", FRAMES)))
    assert cause != diagnose(failed(raised=Raised(raised.type, "singular at 8", FRAMES[:1])))


@pytest.mark.parametrize(
    ("outcome", "kind", "title"),
    [
        (failed(exit_code=-9), CauseKind.SIGNAL, "killed by SIGKILL"),
        (failed(exit_code=-63), CauseKind.SIGNAL, "killed by signal 63"),
        (failed(exit_code=3), CauseKind.EXIT_CODE, "exit code 3"),
        (
            JobOutcome(JobState.TIMEOUT, -15, detail="stopped after 60 s"),
            CauseKind.TIMEOUT,
            "time limit",
        ),
        (
            JobOutcome(JobState.LOST, detail="worker killed by SIGKILL"),
            CauseKind.LOST,
            "lost",
        ),
    ],
)
def test_other_ends_are_causes_of_their_own(outcome, kind, title):
    cause = diagnose(outcome)
    assert (cause.kind, cause.title) == (kind, title)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (JobOutcome(JobState.TIMEOUT, -15, detail="stopped after 60 s"), "stopped after 60 s"),
        (JobOutcome(JobState.LOST, detail="worker 3 is gone"), "worker 3 is gone"),
        (failed(exit_code=3, detail="cannot open /data/x"), "cannot open /data/x"),
        (failed(raised=Raised("KeyError", "'sigma'\nsecond line")), "'sigma'"),
    ],
)
def test_a_cause_keeps_the_message_as_it_is_beside_the_mask(outcome, message):
    cause = diagnose(outcome)
    assert cause.example == message
    assert "…" in cause.message


def test_what_a_scheduler_or_stderr_says_is_the_message():
    killed = diagnose(failed(exit_code=-9, detail="out of memory (OUT_OF_MEMORY)"))
    assert (killed.title, killed.message) == ("killed by SIGKILL", "out of memory (OUT_OF_MEMORY)")
    assert diagnose(failed(exit_code=-9, detail="killed by SIGKILL")).message == ""
    wrong = diagnose(failed(exit_code=2, detail="error: argument --lr: invalid value: 'a'"))
    assert wrong.message == "error: argument --lr: invalid value: …"
    assert diagnose(failed(exit_code=None, detail="could not start")).title == "no exit code"


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.CANCELLED, JobState.RUNNING])
def test_what_has_not_failed_has_no_cause(state):
    assert diagnose(JobOutcome(state)) is None


def _text(work):
    try:
        work()
    except BaseException as error:
        return "".join(traceback.format_exception(error)), error
    raise AssertionError


def _chained():
    try:
        {}["k"]
    except KeyError as error:
        raise ValueError("a 1\nFile nothing: x\nTypeError: not me") from error


def _grouped():
    raise ExceptionGroup("both", [ValueError("one"), TypeError("two")])


@pytest.mark.parametrize("work", [_chained, _grouped, lambda: compile("x x", "f.py", "exec")])
def test_the_text_tells_what_the_data_tells(work):
    text, error = _text(work)
    cause = cause_of_text(text)
    assert cause.what == type(error).__name__
    if not isinstance(error, SyntaxError):
        assert cause.file == __file__
        assert cause.function == work.__name__
        line = error.__traceback__.tb_next.tb_lineno
        assert cause.line == line


@given(st.text(max_size=2000))
def test_any_text_has_a_cause(text):
    assert cause_of_text(text).kind is CauseKind.EXCEPTION


def test_a_text_without_end_is_looked_at_from_its_end():
    text = "x" * 20_000_000 + '\n  File "a.py", line 3, in f\nValueError: 7'
    assert cause_of_text(text).title == "ValueError at a.py:3"


def test_a_group_of_many_is_told_by_its_beginning():
    def work():
        raise ExceptionGroup("many", [ValueError("x" * 100) for _ in range(2000)])

    text, error = _text(work)
    cause = cause_of_text(text)
    assert (cause.what, cause.line) == ("ExceptionGroup", error.__traceback__.tb_next.tb_lineno)


# --- what a job hands over -----------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("type", "message", "frames", "file", "line", "function", "user", "first"),
                    *("source", "variables", "cause", "context", "members", "members_in_all"),
                    *("suppressed", "notes", "left_out"),
                ]
            ),
            inner,
            max_size=8,
        )
    ),
    max_leaves=30,
)


@example({"type": "", "suppressed": True})  # with nothing that it suppresses
@given(json_values)
def test_whatever_is_handed_over_is_read_or_left(found):
    raised = raised_from_json(found)
    if raised is not None:
        assert raised_from_json(raised_to_json(raised)) == raised


def test_what_is_handed_over_is_bounded():
    found = {"type": "E", "message": "x" * 10**6, "frames": [{"file": "f"}] * 10_000}
    for _ in range(5_000):
        found = {"type": "E", "message": "", "cause": found}
    raised = raised_from_json(found)
    depth = 0
    while raised is not None:
        depth, raised = depth + 1, raised.before
    assert depth == 60
    wide = raised_from_json({"type": "E", "frames": [{"file": "f"}] * 10_000, "members": [{}] * 99})
    assert len(wide.frames) == 200


def test_of_an_exception_group_the_cause_says_what_its_members_are():
    def group(*members):
        message = f"two failed ({len(members)} sub-exceptions)"
        return Raised("ExceptionGroup", message, members=members, members_in_all=len(members))

    value, key = Raised("ValueError", "1"), Raised("my.pkg.KeyError", "'a'")
    found = cause_of_exception(group(value, group(key, value)))
    assert found == cause_of_exception(group(key, value))
    assert found.message == "two failed (… sub-exceptions): KeyError, ValueError"
    assert found != cause_of_exception(group(value))
    many = cause_of_exception(group(*(Raised(name, "") for name in "abcde")))
    assert many.message == "two failed (… sub-exceptions): a, b, c, …"
