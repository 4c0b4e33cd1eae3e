from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jobs_fake_run import HOSTILE

from hopla_gui.gui.jobs.formatting import (
    duration,
    exit_code,
    exit_code_words,
    fitted,
    size,
    sort_key,
    value_text,
    value_type,
)
from hopla_gui.gui.jobs.text import many_lines, one_line, tip


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.0341, "34 ms"),
        (0.9999, "1.00 s"),
        (1.25, "1.25 s"),
        (12.34, "12.3 s"),
        (59.96, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3600 * 3 + 1234, "3 h 20 min"),
        (86_400 * 2 + 3600 * 4, "2 d 4 h"),
        (-1, "0 ms"),
    ],
)
def test_durations_are_short(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(None, ""), (0, "0 B"), (999, "999 B"), (14_200_000, "14.2 MB"), (1.5e12, "1.5 TB")],
)
def test_sizes_have_a_unit(count, text):
    assert size(count) == text


def test_exit_codes_name_their_signal():
    assert [exit_code(code) for code in (None, 0, 1, -9)] == ["", "0", "1", "-9 · SIGKILL"]
    assert exit_code(0xC0000005) == "3221225477 · 0xC0000005"
    assert exit_code(-250) == "-250 · signal 250"


def test_exit_codes_are_explained():
    assert exit_code_words(0) == "exit code 0: no error"
    assert "memory" in exit_code_words(-9)
    assert "argparse" in exit_code_words(2)
    assert "SIGKILL" in exit_code_words(137)
    assert exit_code_words(3) == "exit code 3"


@given(st.text())
def test_a_line_holds_nothing_invisible(text):
    shown = one_line(text)
    assert all(ord(char) >= 0x20 and not 0x7F <= ord(char) < 0xA0 for char in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f\n")
    shown.encode()  # no lone surrogate is left


@given(st.text(alphabet="ab\n\t\r\x00\u202e"))
def test_lines_keep_their_breaks(text):
    shown = many_lines(text)
    assert shown.count("\n") == text.count("\n")
    assert "\x00" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("hidden", ["\x00", "\x9f", "\u202e", "\ufeff", "\U000e0041", "\U000e007f"])
def test_what_is_invisible_is_named_however_long_the_text(hidden):
    for shown in (one_line(f"a{hidden}"), many_lines("line\n" * 10_000 + hidden)):
        assert hidden not in shown
        assert "\N{MATHEMATICAL LEFT ANGLE BRACKET}" in shown


def test_hostile_text_is_cut_and_made_visible():
    assert one_line(HOSTILE[0]) == HOSTILE[0]
    assert one_line(HOSTILE[1]) == "⟨ESC⟩[31mred⟨ESC⟩[0m ⟨ESC⟩]0;title⟨BEL⟩"
    assert one_line(HOSTILE[2]) == "safe⟨U+202E⟩txt.exe⟨U+2066⟩⟨U+200B⟩"
    assert one_line(HOSTILE[3]) == "a⟨NUL⟩b⟨BEL⟩⟨U+0085⟩\ufffd"
    assert one_line(HOSTILE[4]).endswith("x… (20,000,000 characters)")
    assert len(many_lines(HOSTILE[4])) < 210_000


def test_tool_tips_hold_no_markup():
    assert "<img" not in tip(HOSTILE[0])
    assert "&lt;img" in tip(HOSTILE[0])


def test_values_are_bounded_whatever_their_size():
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    assert len(value_text(list(range(1_000_000)))) < 400
    assert value_text(deep) == "[[[[[…]]]]]"
    assert "bits" in value_text(10**5000)
    assert value_text({"a": [1, "x"], "b": None}) == '{a: [1, "x"], b: none}'
    assert len(value_text({"k" * 1_000: "v" * 20_000_000})) < 400


def test_values_read_as_a_sweep_file_has_them():
    written = [value_text(value) for value in (True, [False, None], None, 1e-05, float("inf"))]
    assert written == ["true", "[false, none]", "none", "1e-05", "inf"]


@pytest.mark.parametrize(
    ("number", "room", "shown"),
    [
        ("0.09212345678912257", 10, "0.09212346"),
        ("0.09212345678912257", 6, "0.0921"),
        ("123456789012", 9, "1.235e+11"),
        ("-1234567.25", 11, "-1234567.25"),
        ("10.0", 2, "10"),
        ("1.5", 1, "2"),
        ("-0.5", 1, "-0.5"),
        ("1.23 s", 3, "1.23 s"),
        ("nan", 1, "nan"),
        ("9" * 400, 10, "9" * 400),
    ],
)
def test_a_number_has_as_many_digits_as_there_is_room_for(number, room, shown):
    assert fitted(number, room, len) == shown


def test_values_have_a_type():
    assert [value_type(value) for value in (None, True, 1.5, "a", [1, 2], {})] == [
        "none",
        "bool",
        "float",
        "str",
        "list · 2",
        "dict · 0",
    ]


def test_values_of_any_types_sort_as_people_count():
    values = ["sub-10", None, 2, "sub-2", 1.5, float("nan"), [1]]
    order = sorted(values, key=sort_key)
    assert order[:2] == [1.5, 2]
    assert order[3:] == ["sub-2", "sub-10", [1], None]
