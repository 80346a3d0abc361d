"""A review that is asked for and waited for. What is async here runs on the engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from ._approvers import approvers_of
from ._connection import Connection
from ._documents import REQUEST_REVIEW, REVIEWS
from ._engine import engine
from ._json import exact
from ._problems import payload_of
from ._types import (
    ApprovalRequirementInput,
    EscalationStepInput,
    Review,
    ReviewDecision,
    ReviewLinkInput,
    Risk,
)
from ._waits import Wait
from .errors import (
    HoldpointError,
    InputIssue,
    InvalidInputError,
    NotFoundError,
    ReviewConflictError,
    UnreachableError,
)
from .ids import node_id_for, step_id

T = TypeVar("T")

Instant = datetime | str | Callable[[], datetime]


def request_of(
    connection: Connection,
    *,
    execution: str,
    node: str,
    payload: Any,
    instructions: str | None,
    headline: str | None,
    risk: Risk | None,
    tags: Sequence[str] | None,
    node_exec_id: str | None,
    call: str | None,
    editable: bool,
    expires_at: Instant | None,
    consumers: Sequence[str] | None,
    approvals_required: Sequence[ApprovalRequirementInput] | None,
    escalation: Sequence[EscalationStepInput] | None,
    graph: str | None,
    graph_version: int | None,
    reversible: bool | None = None,
    links: Sequence[ReviewLinkInput] | None = None,
    allowed_decisions: Sequence[ReviewDecision] | None = None,
) -> dict[str, Any]:
    """The input of `requestReview`. The payload in it is a copy: the caller may change the original
    while the review waits.
    """
    payload = exact(payload, "payload")
    if node_exec_id is None:
        node_exec_id = step_id(execution, node, payload, call)
    return {
        "nodeExecId": node_exec_id,
        "graphExecId": execution,
        "graphId": connection.graph if graph is None else graph,
        "graphVersion": connection.graph_version if graph_version is None else graph_version,
        "nodeId": node_id_for(node_exec_id, execution, node),
        "payload": payload,
        "instructions": instructions,
        "headline": headline,
        "risk": risk,
        "tags": None if tags is None else list(tags),
        "reversible": reversible,
        "links": None if links is None else list(links),
        "allowedDecisions": None if allowed_decisions is None else list(allowed_decisions),
        "editable": editable,
        "expiresAt": expires_at() if callable(expires_at) else expires_at,
        "consumers": consumers,
        **approvers_of(approvals_required, escalation),
    }


def request_again(review: Review) -> dict[str, Any]:
    """The request that a review was made with, if one approval is enough for it."""
    return {
        "nodeExecId": review.node_exec_id,
        "graphExecId": review.graph_exec_id,
        "graphId": review.graph_id,
        "graphVersion": review.graph_version,
        "nodeId": review.node_id,
        "payload": review.original_payload,
        "instructions": review.instructions,
        "headline": review.headline,
        "risk": review.risk,
        "tags": review.tags or None,
        "reversible": review.reversible,
        "links": [ReviewLinkInput(title=link.title, url=link.url) for link in review.links] or None,
        "allowedDecisions": review.allowed_decisions,
        "editable": review.editable,
        "expiresAt": review.expires_at,
        "consumers": review.consumers or None,
    }


def question_of(request: dict[str, Any], answer_schema: Any) -> dict[str, Any]:
    """The request as a question."""
    schema = exact(answer_schema, "answer_schema")
    return {**request, "kind": "QUESTION", "answerSchema": schema, "editable": None}


def decisions_of(
    allowed: Sequence[ReviewDecision] | None, usual: Sequence[ReviewDecision], can_revise: bool
) -> Sequence[ReviewDecision] | None:
    """What the agent can deal with. Only one that can revise lets reviewers ask for changes."""
    if allowed is not None and "REQUEST_CHANGES" in allowed and not can_revise:
        message = "can only contain REQUEST_CHANGES with on_changes_requested"
        raise InvalidInputError([InputIssue("allowed_decisions", message)])
    if allowed is None and can_revise:
        return [*usual, "REQUEST_CHANGES"]
    return allowed


def check_kind(review: Review, kind: str) -> None:
    """Raises ReviewConflictError if an answer would pass for an approval, or vice versa."""
    if review.kind == kind:
        return
    if review.kind == "QUESTION":
        text = (
            f"{review.node_exec_id} is a question, and an answer is never an approval. Use "
            "ask_question, or another ID"
        )
    else:
        text = f"{review.node_exec_id} is a request for approval, not a question. Choose another ID"
    raise ReviewConflictError(text, [review])


def _may_be_covered(review: Review) -> bool:
    """No standing approval decides a question, or a review that says who has to approve it."""
    return review.kind == "ACTION" and not review.approvals_required


class Asked:
    """One caller's request for a review, or wait for one that was requested before."""

    def __init__(
        self,
        connection: Connection,
        request: dict[str, Any] | str,
        timeout: float | None = None,
    ) -> None:
        if timeout is not None and not timeout > 0:
            message = f"must be a number of seconds above 0, not {timeout}"
            raise InvalidInputError([InputIssue("timeout", message)])
        self._session = connection.session()
        self._patience = connection.patience
        self._request = request
        self._timeout = timeout
        self._end = None if timeout is None else time.monotonic() + timeout
        self._wait: Wait | None = None

    async def ask(self) -> Review:
        """Requests the review, or reads it if it was requested before."""
        try:
            return await asyncio.wait_for(self._ask(), self._left())
        except asyncio.TimeoutError as error:
            reason = f"no answer within the timeout of {self._timeout} s"
            raise UnreachableError(self._session.url, reason) from error

    async def _ask(self) -> Review:
        watcher = self._session.watcher
        if isinstance(self._request, dict):
            ids = self._request["nodeExecId"], self._request["graphExecId"]
            self._wait = watcher.begin(*ids)
            return await self._send(self._request)
        call = {"nodeExecIds": [self._request]}
        data = await self._session.call(REVIEWS, call, self._patience, repeats=True)
        if not data["reviews"]:
            message = f"There is no review {self._request}, or you don't have access to it"
            raise NotFoundError(message, [self._request])
        review = Review.of_json(data["reviews"][0])
        self._request = request_again(review)
        self._wait = watcher.begin(review.node_exec_id, review.graph_exec_id)
        # What changed before the wait began must be read.
        self._wait.is_stale = True
        if review.status == "WAITING" and _may_be_covered(review):
            # A standing approval made meanwhile decides it. Only the actor that asked can do this.
            with suppress(HoldpointError):
                return await self._send(self._request)
        return review

    async def decided(self, review: Review) -> Review | None:
        """The review once it is decided; None if it was deleted.

        Raises asyncio.TimeoutError.
        """
        assert self._wait is not None and isinstance(self._request, dict)
        request = self._request
        again = (lambda: self._send(request)) if _may_be_covered(review) else None
        waiting = self._session.watcher.until_decided(self._wait, review, again)
        return await asyncio.wait_for(waiting, self._left())

    async def _send(self, request: dict[str, Any]) -> Review:
        call = {"input": request}
        data = await self._session.call(REQUEST_REVIEW, call, self._patience, repeats=True)
        return Review.of_json(payload_of(data["requestReview"])["review"])

    def _left(self) -> float | None:
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def close(self) -> None:
        """Stops waiting."""
        engine().submit(self._close())

    async def _close(self) -> None:
        if self._wait is not None:
            self._session.watcher.end(self._wait)
            self._wait = None
