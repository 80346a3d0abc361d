from __future__ import annotations

from collections.abc import AsyncGenerator

from ._engine import engine
from ._types import ReviewEvent


class Feed:
    """Events that the engine produces and a client takes one by one."""

    def __init__(self, events: AsyncGenerator[ReviewEvent, None]) -> None:
        self._events = events

    async def next(self) -> ReviewEvent | None:
        return await anext(self._events, None)

    def close(self) -> None:
        engine().submit(self._close())

    async def _close(self) -> None:
        await self._events.aclose()
