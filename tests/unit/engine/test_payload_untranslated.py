"""At reuse, Python's gettext looks only once for what is not there."""

import gettext
import struct
import types

import pytest

from hopla_gui.engine.payload import untranslated


@pytest.fixture
def looked_for(monkeypatch):
    """Return the domains that files were looked for, with the module set back afterwards."""
    domains = []
    look = gettext.find

    def find(domain, *arguments, **options):
        domains.append(domain)
        return look(domain, *arguments, **options)

    monkeypatch.setattr(gettext, "find", find)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    untranslated.remember(gettext)
    return domains


def test_words_without_a_translation_are_looked_for_once(looked_for):
    for _ in range(3):
        assert gettext.dgettext("hopla-nowhere", "usage: ") == "usage: "
    assert looked_for == ["hopla-nowhere"]
    assert gettext.find("hopla-nowhere") is None
    assert gettext.find("hopla-nowhere", all=True) == []


def test_another_language_is_looked_for_anew(looked_for, monkeypatch):
    gettext.dgettext("hopla-nowhere", "usage: ")
    monkeypatch.setenv("LANGUAGE", "xx")  # none that libc knows: it would keep to it
    gettext.dgettext("hopla-nowhere", "usage: ")
    assert len(looked_for) == 2


def test_a_script_that_brings_its_translations_has_them(looked_for, tmp_path, monkeypatch):
    monkeypatch.setattr(gettext, "_localedirs", {})
    gettext.bindtextdomain("hopla-script", str(tmp_path))
    assert gettext.dgettext("hopla-script", "usage: ") == "usage: "  # none yet
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    words = b"usage: \0Aufruf: \0"
    head = struct.pack("<7I4I", 0x950412DE, 0, 1, 28, 36, 0, 0, 7, 44, 8, 52)
    (folder / "hopla-script.mo").write_bytes(head + words)
    assert gettext.dgettext("hopla-script", "usage: ") == "Aufruf: "


def test_a_module_of_that_name_beside_the_script_is_left_alone(tmp_path):
    own = types.ModuleType("gettext")
    own.__file__ = str(tmp_path / "gettext.py")
    untranslated.remember(own)
    untranslated.remember(None)
    assert not hasattr(own, "find")
