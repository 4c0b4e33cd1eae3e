"""Drafts and files: whatever the form says, finished or not, comes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hopla_gui import api
from hopla_gui.domain.axes import Values
from hopla_gui.domain.setup import Setup
from hopla_gui.domain.sweep import Block, Sweep
from hopla_gui.gui.document import Document


@pytest.mark.parametrize(
    ("axes", "kept"),
    [
        ({"a": (1, 2), "b": (3, 4)}, [{"a": (1, 2), "b": (3, 4)}]),
        ({"a": ()}, []),
        ({"a": (1, 2), "b": ()}, [{"a": (1, 2)}]),
        ({"a": (1, 2), "b": (3,)}, [{"a": (1, 2)}, {"b": (3,)}]),
    ],
    ids=["sound", "empty list", "one of two empty", "unequal lengths"],
)
def test_unfinished_form_comes_back(tmp_path, axes, kept, qapp):
    script = tmp_path / "script.py"
    block = Block({name: Values(items) for name, items in axes.items()})
    setup = Setup(script, sweep=Sweep(fixed={"c": "x y"}, blocks=(block,)))
    document = Document(tmp_path / "drafts")
    document.keep_draft(setup)
    found = document._read_draft(script)
    blocks = [
        {name: tuple(axis.values()) for name, axis in block.axes.items()}
        for block in found.sweep.blocks
    ]
    assert blocks == kept
    assert found.sweep.fixed == {"c": "x y"}


def test_broken_draft_is_no_hindrance(tmp_path, qapp):
    document = Document(tmp_path)
    document._draft_path(tmp_path / "script.py").write_text("[scr")
    assert document._read_draft(tmp_path / "script.py") is None


def test_saving_what_a_file_says_already_keeps_its_comments(tmp_path, script, qapp):
    script("import argparse; argparse.ArgumentParser().parse_args()")
    sweep = tmp_path / "sweep.toml"
    sweep.write_text('# why\n[script]\npath = "script.py"\n[run]\nretries = 1\n')
    setup = api.load_setup(sweep)
    document = Document(tmp_path / "drafts")

    asyncio.run(document.save(setup, sweep))
    unchanged = sweep.read_text()
    asyncio.run(document.save(replace(setup, extra=("-x",)), sweep))

    assert unchanged.startswith("# why\n")
    assert api.load_setup(sweep).extra == ("-x",)
