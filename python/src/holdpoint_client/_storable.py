"""Texts that the service can store."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without what the service cannot store: NUL and halves of surrogate pairs."""
    return text.encode(errors="replace").decode().replace("\0", "")
