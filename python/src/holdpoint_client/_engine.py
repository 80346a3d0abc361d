"""The event loop that all clients of this process share, in a thread of its own.

Clients on any thread and on any event loop hand their requests to it, so that all waits of a
process share one connection, and nothing is bound to an event loop that may be closed. A forked
process starts its own.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

STOP_SECONDS = 1.0


class Engine:
    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="holdpoint", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("A callback of the client must not call the client")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        """Cancels what is running and ends the thread."""
        self._loop.call_soon_threadsafe(self._cancel_all)
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        ended = asyncio.gather(*tasks, return_exceptions=True)
        ended.add_done_callback(lambda _: self._loop.stop())


_lock = threading.Lock()
_engine: Engine | None = None
_inherited: list[object] = []
_on_fork: list[Callable[[], object]] = []


def engine() -> Engine:
    global _engine
    with _lock:
        if _engine is None:
            _engine = Engine()
        return _engine


def on_fork(forget: Callable[[], object]) -> None:
    """Calls `forget` in each forked process. What it returns is kept, so that it is not closed:
    its connections belong to the parent.
    """
    _on_fork.append(forget)


def _after_fork() -> None:
    global _lock, _engine
    _inherited.append(_engine)
    _lock = threading.Lock()
    _engine = None
    for forget in _on_fork:
        _inherited.append(forget())


def _at_exit() -> None:
    if _engine is not None:
        _engine.stop()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)


async def _run_async(work: Coroutine[Any, Any, T]) -> T:
    """Waits for the engine from a coroutine. Cancelling it cancels the work."""
    return await asyncio.wrap_future(engine().submit(work))


def _run_sync(work: Coroutine[Any, Any, T]) -> T:
    """Waits for the engine from a thread. An interrupt cancels the work."""
    future = engine().submit(work)
    try:
        return future.result()
    finally:
        future.cancel()


async def within(future: concurrent.futures.Future[Any], seconds: float) -> None:
    """Waits for a future, but not long."""
    await asyncio.wait([asyncio.wrap_future(future)], timeout=seconds)
