from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hopla_gui.engine.running.runners.nesting import cut_nesting

VALUES = st.recursive(
    st.integers() | st.text() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def cut(value: object, levels: int) -> object:
    """The same on values, by recursion."""
    if isinstance(value, list | dict) and not levels:
        return "deep"
    if isinstance(value, dict):
        return {key: cut(item, levels - 1) for key, item in value.items()}
    return [cut(item, levels - 1) for item in value] if isinstance(value, list) else value


@given(VALUES, st.integers(0, 4))
def test_what_lies_deeper_is_cut_and_nothing_else(value, levels):
    text = json.dumps(value, ensure_ascii=False).encode()
    assert json.loads(cut_nesting(text, levels, b'"deep"')) == cut(value, levels)


def test_brackets_in_texts_do_not_count():
    text = b'{"a]": "[[\\"[[", "b": [[1]]}'
    assert cut_nesting(text, 2, b'"deep"') == b'{"a]": "[[\\"[[", "b": ["deep"]}'
