"""Named set-ups of a script: sweep files in a folder of the script's own.

Touches files; called off the main thread where it matters. No widgets.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

from hopla_gui import api
from hopla_gui.domain.setup import Setup
from hopla_gui.errors import UserError
from hopla_gui.gui.by_script import name_for

_SUFFIX = ".toml"
_MOST_BYTES = 200  # of a file's name, its ending left out


class Presets:
    """The presets of all scripts.

    Parameters
    ----------
    folder
        Where each script has a folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, script: Path) -> list[str]:
        """Return the names of a script's presets, in the order of the alphabet."""
        files = self._folder_of(script).glob(f"*{_SUFFIX}")
        return sorted((unquote(file.stem) for file in files), key=str.casefold)

    def load(self, script: Path, name: str) -> Setup:
        """Return a preset.

        Raises
        ------
        UserError
            Where it cannot be read.
        """
        return api.load_setup(self._file(script, name))

    def save(self, name: str, setup: Setup) -> None:
        """Keep a set-up under a name, in the place of one of that name.

        Raises
        ------
        UserError
            Where the name is none, or it cannot be written.
        """
        file = self._file(setup.script, name)
        self._make_folder(file.parent)
        api.save_setup(setup, file)

    def rename(self, script: Path, name: str, new: str) -> None:
        """Give a preset another name.

        Raises
        ------
        UserError
            Where the new name is none, or taken.
        """
        target = self._file(script, new)
        if target.exists():
            raise UserError(f"there is a preset {new!r} already")
        try:
            self._file(script, name).rename(target)
        except OSError as error:
            raise UserError(f"cannot rename the preset {name!r}: {error.strerror}") from None

    def delete(self, script: Path, name: str) -> None:
        """Delete a preset; one that is gone is no error."""
        try:
            self._file(script, name).unlink(missing_ok=True)
        except OSError as error:
            raise UserError(f"cannot delete the preset {name!r}: {error.strerror}") from None

    def _file(self, script: Path, name: str) -> Path:
        stem = quote(name.strip(), safe=" ")
        if not name.strip():
            raise UserError("a preset needs a name")
        if len(stem) > _MOST_BYTES:
            raise UserError("the name of the preset is too long")
        return self._folder_of(script) / f"{stem}{_SUFFIX}"

    def _folder_of(self, script: Path) -> Path:
        return self._folder / name_for(script)

    def _make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot make {folder}: {error.strerror}") from None
