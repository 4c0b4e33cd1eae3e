from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.domain import masking
from hopla_gui.domain.masking import first_line, mask_message, shared_message


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("smooth must be positive, got -0.5", "smooth must be positive, got …"),
        ("cannot open /data/sub-01/x.nii: gone", "cannot open …: gone"),
        ("No such file or directory: '/data/x y'", "No such file or directory: …"),
        ("shapes (3,4) and (5, 6) not aligned", "shapes (…) and (…) not aligned"),
        ("at 0x7f32ab in 123e4567-e89b-12d3-a456-426614174000", "at … in …"),
        ("float64 is not conv2d", "float64 is not conv2d"),
        ("Tried to allocate 2.00 GiB (1,024 left)", "Tried to allocate … GiB (… left)"),
        (r"C:\Users\ada\x.txt is missing", "… is missing"),
        ("can't do that, it's bad", "can't do that, it's bad"),
        ("object abc1234def is corrupt\nsecond line", "object … is corrupt"),
        ("../sub-1/x.csv and ~/x", "… and …"),
        ("took 10ms, 1e-3 s", "took …ms, … s"),
        ("", ""),
    ],
)
def test_what_varies_in_a_message_is_masked(message, masked):
    assert mask_message(message) == masked


@given(st.text())
def test_masking_twice_masks_no_more(text):
    once = mask_message(text)
    assert mask_message(once) == once
    assert "\n" not in once
    assert len(once) <= 300


@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.uuids())
def test_messages_that_differ_in_numbers_alone_are_one(number, real, uuid):
    said = "job {} at {} got {!r}: it is 'x{}' of /data/sub-{}/a.nii"
    one = mask_message(said.format(number, uuid, real, number, abs(number)))
    assert one == mask_message(said.format(7, uuid, 1.5, 7, 7))


# --- what several messages share -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "shared"),
    [
        (["'sigma'"] * 3, "'sigma'"),
        (["stopped after 60 s"], "stopped after 60 s"),
        (["'sigma'", "'rho'"], "…"),
        (
            [f"[Errno 2] No such file or directory: '/data/{n}.csv'" for n in range(3)],
            "[Errno 2] No such file or directory: …",
        ),
        (
            [f"[Errno {n}] No such file or directory: '/data/x.csv'" for n in range(3)],
            "[Errno …] No such file or directory: '/data/x.csv'",
        ),
        (["bad 1 in 'x' of /a", "bad 2 in 'x' of /a", "bad 2 in 'y' of /a"], "bad … in … of /a"),
        (["shapes (3, 4) and (5, 6)", "shapes (3, 7) and (5, 6)"], "shapes (3, …) and (5, 6)"),
        (["of (1, 2), 7 left", "of (1, 2, 3), 7 left"], "of (…), 7 left"),
        (["of (1, 2), 7 left", "of (1, 5), 7 left", "of (1, 2, 3), 7 left"], "of (1, …), 7 left"),
        (["of (1, 2), 7 left", "of (1, 5), 7 left", "of (2, 2, 3), 7 left"], "of (…), 7 left"),
        (["more… than 3", "more… than 4"], "more… than …"),
        (["", ""], ""),
    ],
)
def test_what_differs_is_masked_and_nothing_else(messages, shared):
    assert reduce(shared_message, messages) == shared


def test_what_is_not_built_alike_is_masked_as_a_whole():
    # Only the first 300 characters of a mask tell that two messages are one.
    one, other = (f"{'word ' * 60} 3 and {more}" for more in ("5", "six"))
    assert mask_message(one) == mask_message(other)
    assert shared_message(one, other) == mask_message(one)


@given(st.text(max_size=400))
def test_taken_apart_a_message_has_the_mask_that_it_has_at_once(text):
    line = first_line(text)
    mask, parts = masking._taken_apart(line, masking._WHOLE)
    assert (mask if len(mask) <= 300 else mask[:299] + "…") == mask_message(text)
    assert masking._filled(mask, parts) == line


words = st.one_of(
    st.sampled_from(["bad", "value ", " in ", "(", ")", ", ", "'", "…", ": ", "_", "it's", "."]),
    st.integers(-3, 3).map(str),
    st.sampled_from(["'a'", "'b c'", '"a"', "/data/x", "/data/y", "0x7f", "0x80", "abc1234"]),
)
lines = st.lists(words, max_size=12).map("".join).map(first_line)


@given(st.lists(lines, min_size=1, max_size=6))
def test_what_is_shared_covers_every_message_of_its_mask(messages):
    alike = [line for line in messages if mask_message(line) == mask_message(messages[0])]
    shared = reduce(shared_message, alike)
    assert all(line == shared or masking._covers(shared, line) for line in alike)
    assert shared_message(shared, alike[0]) == shared
