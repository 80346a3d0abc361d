"""Waiting for reviews. It runs on the engine."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from ._documents import AUTO_APPROVALS, REVIEW_STATES, REVIEWS
from ._session import Backoff, is_transient
from ._types import Review
from .errors import RefusedError, UnreachableError

if TYPE_CHECKING:
    from ._session import Session

log = logging.getLogger("holdpoint_client")

POLL_SECONDS = 1.5
"""Polling interval without the feed, with a random fifth more or less."""
LIVE_POLL_SECONDS = 10.0
"""Polling interval while the feed is live. A new standing approval is no event, and applies to a
waiting review only when that is requested again."""
MAX_IDS = 100
MAX_READ = 20
"""Reviews per request: payloads may be large."""
MAX_EXECUTIONS_PER_POLL = 100
UNSETTLING = {
    "REQUESTED",
    "VOTED",
    "CLAIMED",
    "RELEASED",
    "REASSIGNED",
    "ESCALATED",
    "REVISED",
    "COMMENTED",
}
"""Events that settle nothing. Any other kind, also one of a later service, may have."""


class Wait:
    """One caller's wait for a review. It begins before the review is requested, so that no change
    is missed.
    """

    def __init__(self, node_exec_id: str, graph_exec_id: str, is_stale: bool) -> None:
        self.node_exec_id = node_exec_id
        self.graph_exec_id = graph_exec_id
        self.is_stale = is_stale
        """The review may have changed since it was last read."""
        self.node_id = ""
        self.decided: asyncio.Future[Review | None] | None = None
        """None until the review has been requested. The result is None if it was deleted."""
        self.request_again: Callable[[], Awaitable[object]] | None = None


class Watcher:
    """All waits of one session, over one event stream.

    While something waits, it follows the workspace's feed. An event marks the waits for its review
    as stale, and stale reviews are read. A broken stream resumes from its cursor; while it is not
    live, for example behind a proxy that blocks streams, the watcher polls.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waits: dict[str, set[Wait]] = {}
        self._pending = 0
        self._running: asyncio.Task[None] | None = None
        self._is_live = False
        self._stale: dict[str, None] = {}
        self._has_stale = asyncio.Event()
        self._approved_in: dict[str, None] = {}
        """Runs with a new approval, which may have come with a standing approval."""
        self._polls = 0

    def begin(self, node_exec_id: str, graph_exec_id: str) -> Wait:
        wait = Wait(node_exec_id, graph_exec_id, is_stale=not self._is_live)
        self._waits.setdefault(node_exec_id, set()).add(wait)
        return wait

    async def until_decided(
        self, wait: Wait, review: Review, request_again: Callable[[], Awaitable[object]] | None
    ) -> Review | None:
        """The decided review; None if it was deleted."""
        wait.node_id = review.node_id
        wait.request_again = request_again
        wait.decided = asyncio.get_running_loop().create_future()
        self._pending += 1
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        if wait.is_stale and self._is_live:
            self._mark_stale(wait.node_exec_id)
        return await wait.decided

    def end(self, wait: Wait) -> None:
        waits = self._waits[wait.node_exec_id]
        waits.remove(wait)
        if not waits:
            del self._waits[wait.node_exec_id]
        if wait.decided is not None:
            self._pending -= 1
            if self._pending == 0:
                self.stop()

    def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None
        self._is_live = False
        self._stale.clear()
        self._approved_in.clear()
        # The next stream begins later than this one ended.
        for waits in self._waits.values():
            for wait in waits:
                wait.is_stale = True

    async def _run(self) -> None:
        tasks = [asyncio.create_task(work) for work in (self._follow(), self._poll(), self._read())]
        try:
            await asyncio.gather(*tasks)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            pending = self._all_pending()
            self.stop()
            for wait in pending:
                _resolve(wait, error)
        finally:
            for task in tasks:
                task.cancel()

    async def _follow(self) -> None:
        while True:
            events = self._session.follow(on_live=self._on_live)
            try:
                async for event in events:
                    if event.kind == "APPROVED":
                        self._approved_in[event.graph_exec_id] = None
                    if event.kind not in UNSETTLING:
                        self._mark_stale(event.node_exec_id)
            except RefusedError as error:
                # The cursor is too old or of another database: everything must be read again.
                if error.code != "BAD_USER_INPUT" and not (error.code or "").startswith("CURSOR_"):
                    raise
                text = "The feed cannot be resumed (%s: %s). Reading all reviews again."
                log.info(text, error.code, error)
            finally:
                await events.aclose()
            self._is_live = False
            for wait in self._all_pending():
                wait.is_stale = True
            await asyncio.sleep(POLL_SECONDS)

    def _on_live(self, is_live: bool) -> None:
        if is_live != self._is_live:
            text = (
                "The event stream is live." if is_live else "The event stream is cut off. Polling."
            )
            log.log(logging.INFO if is_live else logging.WARNING, text)
        self._is_live = is_live
        if is_live:
            # A review that was requested before the cursor was read may be decided before it too.
            for wait in self._all_pending():
                if wait.is_stale:
                    self._mark_stale(wait.node_exec_id)

    async def _poll(self) -> None:
        since = 0.0
        while True:
            await asyncio.sleep(POLL_SECONDS * random.uniform(0.8, 1.2))
            since += POLL_SECONDS
            try:
                if not self._is_live or since >= LIVE_POLL_SECONDS:
                    since = 0.0
                    await self._read_states()
                    await self._apply_standing_approvals(self._next_executions())
                else:
                    executions = list(self._approved_in)
                    self._approved_in.clear()
                    await self._apply_standing_approvals(executions)
            except (UnreachableError, RefusedError) as error:
                if not is_transient(error):
                    raise
                await asyncio.sleep(getattr(error, "retry_after", None) or 0.0)

    async def _read_states(self) -> None:
        """Finds the reviews that no longer wait."""
        ids = list(dict.fromkeys(wait.node_exec_id for wait in self._all_pending()))
        for at in range(0, len(ids), MAX_IDS):
            some = ids[at : at + MAX_IDS]
            data = await self._session.request(REVIEW_STATES, {"nodeExecIds": some})
            waiting = {r["nodeExecId"] for r in data["reviews"] if r["status"] == "WAITING"}
            for node_exec_id in some:
                if node_exec_id not in waiting:
                    self._mark_stale(node_exec_id)

    def _next_executions(self) -> list[str]:
        """The next runs to look at, in turn."""
        executions = list(dict.fromkeys(wait.graph_exec_id for wait in self._all_pending()))
        start = self._polls * MAX_EXECUTIONS_PER_POLL % max(len(executions), 1)
        self._polls += 1
        return executions[start : start + MAX_EXECUTIONS_PER_POLL]

    async def _apply_standing_approvals(self, executions: Iterable[str]) -> None:
        """Requests those reviews again that a standing approval now covers, so that it decides
        them.
        """
        for graph_exec_id in executions:
            waits = [wait for wait in self._all_pending() if wait.graph_exec_id == graph_exec_id]
            if not waits:
                continue
            data = await self._session.request(AUTO_APPROVALS, {"graphExecId": graph_exec_id})
            nodes = {a["nodeId"] for a in data["autoApprovals"] if a["active"]}
            for wait in waits:
                if wait.node_id in nodes and wait.request_again is not None:
                    try:
                        await wait.request_again()
                    except Exception as error:
                        log.debug("%s was not requested again: %s", wait.node_exec_id, error)
                    self._mark_stale(wait.node_exec_id)

    def _mark_stale(self, node_exec_id: str) -> None:
        """A review may have changed."""
        waits = self._waits.get(node_exec_id, ())
        for wait in waits:
            wait.is_stale = True
        if any(wait.decided is not None for wait in waits):
            self._stale[node_exec_id] = None
            self._has_stale.set()

    async def _read(self) -> None:
        """Reads stale reviews in batches, and resolves the waits for decided ones."""
        backoff = Backoff()
        while True:
            await self._has_stale.wait()
            ids = list(self._stale)[:MAX_READ]
            for node_exec_id in ids:
                del self._stale[node_exec_id]
            if not self._stale:
                self._has_stale.clear()
            # Without those who request meanwhile: what is read may be older than their review.
            waits = [w for i in ids for w in self._waits.get(i, ()) if w.decided is not None]
            for wait in waits:
                wait.is_stale = False
            try:
                data = await self._session.request(REVIEWS, {"nodeExecIds": ids})
            except (UnreachableError, RefusedError) as error:
                if not is_transient(error):
                    for wait in waits:
                        _resolve(wait, error)
                    continue
                for node_exec_id in ids:
                    self._mark_stale(node_exec_id)
                await asyncio.sleep(backoff.next(error))
                continue
            backoff.reset()
            found = {r["nodeExecId"]: r for r in data["reviews"]}
            for wait in waits:
                review = found.get(wait.node_exec_id)
                if review is None or review["status"] != "WAITING":
                    _resolve(wait, None if review is None else Review.of_json(review))

    def _all_pending(self) -> list[Wait]:
        every = (wait for waits in self._waits.values() for wait in waits)
        return [wait for wait in every if wait.decided is not None]


def _resolve(wait: Wait, result: Review | Exception | None) -> None:
    if wait.decided is None or wait.decided.done():
        return
    if isinstance(result, Exception):
        wait.decided.set_exception(result)
    else:
        wait.decided.set_result(result)
