"""For tests of agents: a service of its own, and a reviewer who decides by script."""

from __future__ import annotations

import math
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ._engine import engine
from ._json import UNSET
from ._sync.client import Holdpoint
from ._types import Decision, Review, ReviewCommentInput
from .errors import ReviewConflictError

if TYPE_CHECKING:
    from typing_extensions import Self

START_SECONDS = 60.0
STOP_SECONDS = 15.0
PAGE = 100


class TestHoldpoint:
    """A service for tests: a process with its own database in a temporary folder.

    The command is that of the npm package holdpoint, or the environment variable
    HOLDPOINT_COMMAND, such as `node …/bin/holdpoint.mjs`. The first start takes a few seconds.
    """

    __test__ = False

    def __init__(
        self, command: Sequence[str] | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        given = os.environ.get("HOLDPOINT_COMMAND", "npx --no-install holdpoint")
        self._command = list(command) if command is not None else shlex.split(given)
        self._folder = tempfile.mkdtemp(prefix="holdpoint-test-")
        os.chmod(self._folder, 0o711)  # root's PostgreSQL runs as another user, who passes through
        self._env = {
            **{k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
            "HOLDPOINT_DATA_DIR": os.path.join(self._folder, "data"),
            "HOST": "127.0.0.1",
            "PORT": "0",
            **(env or {}),
        }
        self.url = ""
        self.start()

    def start(self) -> None:
        """Starts the service, again after `kill`. Its data are still there."""
        self._process = subprocess.Popen(
            [*self._command, "serve"],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # The same address after another start.
        self.url = self._address(self._process)
        self._env["PORT"] = self.url.rsplit(":", 1)[1]

    def _address(self, process: subprocess.Popen[str]) -> str:
        late = threading.Timer(START_SECONDS, process.kill)
        late.start()
        output = ""
        assert process.stdout is not None
        for line in process.stdout:
            output += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                late.cancel()
                # Nobody else reads what it prints, and a full pipe would stop it.
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return found[0]
        late.cancel()
        process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        raise RuntimeError(f"Holdpoint could not be started:\n{output}")

    def token(self, actor: str, scope: str, workspace: str = "tests") -> str:
        """Creates a token for an actor in a workspace; both names are free."""
        identity = ["--workspace", workspace, "--as", actor, "--scope", scope]
        command = [*self._command, "token", "create", *identity]
        done = subprocess.run(command, env=self._env, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def kill(self) -> None:
        """Stops the service, and keeps its data."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Stops the service and deletes its data."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


When = Callable[[Review], bool]


@dataclass(frozen=True)
class Step:
    """What a reviewer does about one review."""

    name: str
    decide: Callable[[Review], list[Decision]]
    """The decisions: none, one, or several at the same time, of which one wins."""
    when: When | None = None
    """Which reviews it applies to. Defaults to any."""
    times: float = 1
    """How many reviews it applies to, or math.inf."""
    who: str | None = None
    """The person who decides, by their name in `people`. Defaults to the reviewer."""
    at_once: tuple[Step, ...] = ()
    """Steps that are made at the same time instead."""
    in_turn: tuple[Step, ...] = ()
    """Steps that are made one after another instead."""


def approve(
    *,
    message: str | None = None,
    auto_approve_future: bool = False,
    when: When | None = None,
    times: float = 1,
    who: str | None = None,
) -> Step:
    """Approves what was asked."""

    def decide(review: Review) -> list[Decision]:
        return [_decision(review, "APPROVE", UNSET, message, auto_approve_future)]

    return Step("approve", decide, when, times, who)


def edit(
    change: Any | Callable[[Any], Any],
    *,
    message: str | None = None,
    auto_approve_future: bool = False,
    when: When | None = None,
    times: float = 1,
    who: str | None = None,
) -> Step:
    """Approves with an edit: the new payload, or a function of the old one."""

    def decide(review: Review) -> list[Decision]:
        payload = change(review.payload) if callable(change) else change
        return [_decision(review, "APPROVE", payload, message, auto_approve_future)]

    return Step("edit", decide, when, times, who)


def reject(
    *,
    message: str | None = None,
    when: When | None = None,
    times: float = 1,
    who: str | None = None,
) -> Step:
    def decide(review: Review) -> list[Decision]:
        return [_decision(review, "REJECT", UNSET, message, False)]

    return Step("reject", decide, when, times, who)


def answer(
    value: Any,
    *,
    message: str | None = None,
    when: When | None = None,
    times: float = 1,
    who: str | None = None,
) -> Step:
    """Answers a question: the answer, or a function of the context."""

    def decide(review: Review) -> list[Decision]:
        given = value(review.payload) if callable(value) else value
        return [replace(_decision(review, "ANSWER", UNSET, message, False), answer=given)]

    return Step("answer", decide, when, times, who)


def request_changes(
    message: str,
    *,
    comments: Sequence[ReviewCommentInput] = (),
    when: When | None = None,
    times: float = 1,
    who: str | None = None,
) -> Step:
    """Asks for changes. The revision is a review of its own: the next step applies to it."""

    def decide(review: Review) -> list[Decision]:
        decision = _decision(review, "REQUEST_CHANGES", UNSET, message, False)
        return [replace(decision, comments=list(comments))]

    return Step("request_changes", decide, when, times, who)


def race(one: Step, other: Step, *, when: When | None = None, times: float = 1) -> Step:
    """Makes the decisions of two steps at the same time: exactly one wins."""

    def decide(review: Review) -> list[Decision]:
        return [*one.decide(review), *other.decide(review)]

    name = f"race of {one.name} and {other.name}"
    return Step(name, decide, when, times, at_once=(one, other))


def in_turn(*steps: Step, when: When | None = None, times: float = 1) -> Step:
    """Makes the decisions of several steps one after another, e.g. the votes of several people:
    `in_turn(approve(who="ada"), approve(who="ben"))`.
    """
    name = ", then ".join(step.name for step in steps)
    return Step(name, lambda _: [], when, times, in_turn=steps)


def let_expire(*, when: When | None = None, times: float = 1) -> Step:
    """Leaves the review undecided until it expires or the agent's timeout passes."""
    return Step("let_expire", lambda _: [], when, times)


def _decision(
    review: Review, decision: Any, payload: Any, message: str | None, auto_approve_future: bool
) -> Decision:
    return Decision(
        node_exec_id=review.node_exec_id,
        decision=decision,
        payload=payload,
        message=message,
        auto_approve_future=auto_approve_future,
        subject_digest=review.subject_digest,
    )


class ScriptedReviewer:
    """A reviewer for tests of agents. It decides every review of the workspace by script, including
    those that already wait, against a real service. Its token needs `review:decide`.
    """

    def __init__(
        self,
        url: str,
        token: str,
        script: Sequence[Step] = (),
        people: Mapping[str, str] | None = None,
    ) -> None:
        """people: the tokens of other people by name, for steps with `who`."""
        self.seen: list[tuple[Review, str | None]] = []
        """Every review so far, in order, and the step that was applied to it."""
        self._client = Holdpoint(url, token)
        self._people = {name: Holdpoint(url, other) for name, other in (people or {}).items()}
        self._lock = threading.Lock()
        self._left = list(script)
        self._reading = ThreadPoolExecutor(max_workers=1)
        self._deciding = ThreadPoolExecutor(max_workers=4)
        self._is_closed = False
        self._failures: list[BaseException] = []
        page = self._client.pending_reviews(first=PAGE)
        waiting = [edge.node for edge in page.edges]
        while page.page_info.has_next_page:
            page = self._client.pending_reviews(first=PAGE, after=page.page_info.end_cursor)
            waiting += [edge.node for edge in page.edges]
        self._known: set[str] = set()
        """What was already taken, by its subject_digest."""
        for review in reversed(waiting):
            self._take(review)
        self._following = engine().submit(self._follow(page.feed_cursor))

    def then(self, *steps: Step) -> None:
        """Adds steps to the script."""
        with self._lock:
            self._left += steps

    def finish(self) -> None:
        """Stops, and checks that everything followed the script: no step is left, and each review
        had one.
        """
        self.close()
        complaints = [
            f"{step.name} was left, for {step.times} more"
            for step in self._left
            if 0 < step.times < math.inf
        ]
        complaints += [
            f"no step is for {review.node_exec_id} of node {review.node_id}"
            for review, step in self.seen
            if step is None
        ]
        complaints += [str(error) for error in self._failures]
        if complaints:
            raise AssertionError(f"Not by the script: {'; '.join(complaints)}")

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._following.cancel()
            self._reading.shutdown()
            self._deciding.shutdown()
            for client in (self._client, *self._people.values()):
                client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def _follow(self, after: str) -> None:
        """Runs on the engine, from where it can be cancelled."""
        try:
            async for event in self._client._connection.session().follow(after):
                if event.kind in ("REQUESTED", "REVISED"):
                    # One after the other, in the order of the script.
                    self._reading.submit(self._read, event.node_exec_id)
        except Exception as error:
            self._failures.append(error)

    def _read(self, node_exec_id: str) -> None:
        if self._is_closed:
            return
        try:
            for review in self._client.reviews([node_exec_id]):
                if review.status == "WAITING":
                    self._take(review)
        except Exception as error:
            self._failures.append(error)

    def _take(self, review: Review) -> None:
        with self._lock:
            # An event may be about a review that was already read after it.
            if review.subject_digest in self._known:
                return
            self._known.add(review.subject_digest)
            chosen: Step | None = None
            for at, step in enumerate(self._left):
                if step.times > 0 and (step.when is None or step.when(review)):
                    self._left[at] = replace(step, times=step.times - 1)
                    chosen = step
                    break
            self.seen.append((review, None if chosen is None else chosen.name))
        if chosen is not None:
            self._deciding.submit(self._decide, review, chosen)

    def _decide(self, review: Review, step: Step) -> None:
        try:
            for one in step.in_turn:
                self._make(one, review)
                # An edit makes it another subject.
                (review,) = self._client.reviews([review.node_exec_id])
            self._make(step, review)
        except BaseException as error:
            self._failures.append(error)

    def _make(self, step: Step, review: Review) -> None:
        calls = [
            (self._person(one.who), decision)
            for one in (step.at_once or (step,))
            for decision in one.decide(review)
        ]
        if len(calls) == 1:
            ((client, decision),) = calls
            client.decide_reviews([decision])
        elif calls:
            self._race(calls)

    def _person(self, who: str | None) -> Holdpoint:
        if who is None:
            return self._client
        if who not in self._people:
            raise ValueError(f"no token of {who} is in people")
        return self._people[who]

    def _race(self, calls: list[tuple[Holdpoint, Decision]]) -> None:
        with ThreadPoolExecutor(len(calls)) as pool:
            races = [pool.submit(client.decide_reviews, [one]) for client, one in calls]
        lost = [race.exception() for race in races if race.exception() is not None]
        # The loser of a race is told so.
        for error in lost:
            if len(lost) == len(calls) or not isinstance(error, ReviewConflictError):
                assert error is not None
                raise error
