"""A new payload for a request, after a reviewer asked for changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Revised:
    """What `on_changes_requested` returns."""

    payload: Any
    note: str | None = None
    """What changed, for the reviewers."""
