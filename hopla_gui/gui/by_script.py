"""Names of what is kept for each script apart: drafts, presets, folds."""

from __future__ import annotations

import hashlib
from pathlib import Path


def name_for(script: Path) -> str:
    """Return a name for files and settings that no other script has."""
    digest = hashlib.sha256(str(script).encode(errors="surrogateescape")).hexdigest()[:16]
    return f"{script.stem}-{digest}"
