"""Plain values are given the short way, with the very strings of the long way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hopla_gui.domain.params import Action, ParamSpec, ParserSpec
from hopla_gui.engine.commands.command import Command
from hopla_gui.engine.commands.usual import UsualArguments, plain_texts
from hopla_gui.errors import UserError

PARAMETERS = (
    ParamSpec("text", ("-t", "--text")),
    ParamSpec("n", ("--n",), type="int"),
    ParamSpec("lr", ("--lr",), type="float"),
    ParamSpec("own", ("--own",), type="colour"),
    ParamSpec("mode", ("--mode",), choices=("a", "b")),
    ParamSpec("maybe", ("--maybe",), nargs="?"),
    ParamSpec("fast", ("--fast",), Action.STORE_TRUE, 0),
    ParamSpec("tags", ("--tag",), Action.APPEND),
    ParamSpec("five", ("-5",), Action.STORE_TRUE, 0),
    ParamSpec("file"),
)
SPEC = ParserSpec(
    "/s.py",
    "/python",
    "3.11.7",
    "s.py",
    prefix_chars="-+",
    fromfile_prefix_chars="@",
    parameters=PARAMETERS,
)
COMMAND = Command(SPEC, [param.dest for param in PARAMETERS])
SLOTS = {slot.target.key: slot for slot in COMMAND.slots}
VALUES = (
    st.text(max_size=6)
    | st.sampled_from(["-1", "+x", "@f", "--", "--te", "a b", "", "\0", "\ud800", "-5"])
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.lists(st.integers(), max_size=2)
    | st.sampled_from([10**400, -(10**400), 1e300])
)


def told(give, value):
    try:
        return give(value)
    except UserError as error:
        return error.what


@settings(deadline=None)
@given(st.sampled_from(sorted(SLOTS)), VALUES)
def test_short_and_long_way_agree(key, value):
    slot = SLOTS[key]
    usual = UsualArguments(COMMAND, slot, plain_texts(SPEC))
    assert told(usual.of, value) == told(lambda v: COMMAND.argument(slot, v), value)


@pytest.mark.parametrize("key", ["mode", "maybe", "fast", "tags"])
def test_what_is_not_given_alike_has_no_example(key):
    assert UsualArguments(COMMAND, SLOTS[key], plain_texts(SPEC)).example is None
