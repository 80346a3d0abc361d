# Generated from ../_async/client.py by scripts/generate.py.
from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, overload

from .._arguments import parsed
from .._attachments import check_upload
from .._connection import Connection
from .._engine import _run_sync, engine, within
from .._feed import Feed
from .._gate import Gate
from .._json import exact, is_other_json, payload_digest
from .._request import Asked, Instant, check_kind, decisions_of, question_of, request_of
from .._returned import Returned
from .._revision import Revised
from .._session import Backoff, Token, is_transient
from .._storable import storable
from .._summary import (
    HeadlineOption,
    LinksOption,
    ReversibleOption,
    RiskOption,
    TagsOption,
    summary_of,
)
from .._types import (
    ApprovalRequirementInput,
    EscalationStepInput,
    Review,
    ReviewComment,
    ReviewDecision,
    ReviewEvent,
    ReviewKind,
    ReviewLinkInput,
    Risk,
)
from ..errors import HoldpointError, NotApprovedError, NotFoundError, ReviewConflictError
from ..ids import step_id
from ..outcomes import (
    Answered,
    AnswerOutcome,
    Approved,
    Cancelled,
    ChangesRequested,
    Deleted,
    Expired,
    NotApproved,
    Outcome,
    Rejected,
    TimedOut,
    Withdrawn,
    outcome_of,
    unusable,
    withdrawn,
)
from .operations import Operations

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

MAX_DETAIL_CHARACTERS = 10_000
REPORT_SECONDS = 1.0

OnChangesRequested: TypeAlias = Callable[
    [str, Sequence[ReviewComment], Review], Revised | Returned[Revised | None] | None
]
"""Revises a request after a reviewer asked for changes: see `review`."""


class Holdpoint(Operations):
    """The client for agents. Nothing is sent before the first call.

    All clients of a process share one thread, and those with the same address and token share one
    connection for events, from any thread or event loop and after a fork.
    """

    def __init__(
        self,
        url: str | None = None,
        token: Token | None = None,
        *,
        graph: str = "agent",
        graph_version: int = 1,
        patience: float = 30.0,
    ) -> None:
        """
        url: address of the service. Defaults to the environment variable HOLDPOINT_URL.
        token: the token, or a function that returns the current one, which is called in a thread
            before each request. Defaults to HOLDPOINT_TOKEN.
        graph, graph_version: the default workflow of reviews.
        patience: for how many seconds requests that are safe to repeat are retried while the
            service is unreachable. Waiting for a decision has no limit.

        Raises InvalidInputError if url or token is not valid.
        """
        self._connection = Connection(url, token, graph, graph_version, patience)

    @classmethod
    def _of(cls, connection: Connection) -> Self:
        client = cls.__new__(cls)
        client._connection = connection
        return client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections, unless another client uses them. A closed client opens them again
        when it is used.
        """
        _run_sync(self._connection.close())

    def _call(self, document: str, field: str, variables: dict[str, Any], *, repeats: bool) -> Any:
        patience = self._connection.patience
        call = self._connection.session().call(document, variables, patience, repeats)
        return (_run_sync(call))[field]

    def request(self, document: str, variables: dict[str, Any] | None = None) -> Any:
        """Runs a query or mutation of your own, once, and returns its data."""
        call = self._connection.session().call(document, variables or {}, 0, repeats=False)
        return _run_sync(call)

    def upload_attachment(
        self,
        content: bytes,
        *,
        media_type: str = "application/octet-stream",
        name: str | None = None,
    ) -> dict[str, str]:
        """Uploads a file, of at most 5 MB, and returns the object that names it in a payload.
        Uploading the same bytes again does nothing.

        media_type: such as `image/png`. Browsers show PNG, JPEG, WebP, GIF and plain text.
        name: the file name that reviewers see.

        Raises InvalidInputError, QuotaExceededError, RefusedError or UnreachableError.
        """
        check_upload(content, media_type)
        connection = self._connection
        upload = connection.session().upload(content, media_type, connection.patience)
        named = {} if name is None else {"name": name}
        return {"$attachment": _run_sync(upload), **named}

    @overload
    def review(
        self,
        *,
        execution: str,
        node: str,
        payload: Any,
        instructions: str | None = ...,
        headline: str | None = ...,
        risk: Risk | None = ...,
        tags: Sequence[str] | None = ...,
        reversible: bool | None = ...,
        links: Sequence[ReviewLinkInput] | None = ...,
        node_exec_id: str | None = ...,
        call: str | None = ...,
        editable: bool = ...,
        expires_at: Instant | None = ...,
        consumers: Sequence[str] | None = ...,
        approvals_required: Sequence[ApprovalRequirementInput] | None = ...,
        escalation: Sequence[EscalationStepInput] | None = ...,
        graph: str | None = ...,
        graph_version: int | None = ...,
        timeout: float | None = ...,
        on_waiting: Callable[[str], object] | None = ...,
        on_changes_requested: OnChangesRequested | None = ...,
        allowed_decisions: Sequence[ReviewDecision] | None = ...,
    ) -> Outcome[Any]: ...

    @overload
    def review(
        self,
        *,
        execution: str,
        node: str,
        payload: Any,
        parse: type[T] | Callable[[Any], T],
        instructions: str | None = ...,
        headline: str | None = ...,
        risk: Risk | None = ...,
        tags: Sequence[str] | None = ...,
        reversible: bool | None = ...,
        links: Sequence[ReviewLinkInput] | None = ...,
        node_exec_id: str | None = ...,
        call: str | None = ...,
        editable: bool = ...,
        expires_at: Instant | None = ...,
        consumers: Sequence[str] | None = ...,
        approvals_required: Sequence[ApprovalRequirementInput] | None = ...,
        escalation: Sequence[EscalationStepInput] | None = ...,
        graph: str | None = ...,
        graph_version: int | None = ...,
        timeout: float | None = ...,
        on_waiting: Callable[[str], object] | None = ...,
        on_changes_requested: OnChangesRequested | None = ...,
        allowed_decisions: Sequence[ReviewDecision] | None = ...,
    ) -> Outcome[T]: ...

    def review(
        self,
        *,
        execution: str,
        node: str,
        payload: Any,
        parse: Any = None,
        instructions: str | None = None,
        headline: str | None = None,
        risk: Risk | None = None,
        tags: Sequence[str] | None = None,
        reversible: bool | None = None,
        links: Sequence[ReviewLinkInput] | None = None,
        node_exec_id: str | None = None,
        call: str | None = None,
        editable: bool = True,
        expires_at: Instant | None = None,
        consumers: Sequence[str] | None = None,
        approvals_required: Sequence[ApprovalRequirementInput] | None = None,
        escalation: Sequence[EscalationStepInput] | None = None,
        graph: str | None = None,
        graph_version: int | None = None,
        timeout: float | None = None,
        on_waiting: Callable[[str], object] | None = None,
        on_changes_requested: OnChangesRequested | None = None,
        allowed_decisions: Sequence[ReviewDecision] | None = None,
    ) -> Outcome[Any]:
        """Requests a review and waits for its outcome.

        Requesting is idempotent: after a restart of the agent the same step resumes the same wait,
        and gets the outcome even if it was decided meanwhile. A rejection, by a person or by a rule
        of the policy, is an outcome, not an error.

        execution: the run of the workflow, or a copilot session: its graphExecId.
        node: the kind of step: its nodeId. A standing approval covers one node.
        payload: what the step will act on, as JSON.
        parse: validates what was approved, which a reviewer may have edited: a type, such as a
            pydantic model or a TypedDict, or a function. If it raises, nothing is approved.
        instructions: shown to the reviewer.
        headline: one line for lists and messages, at most 200 characters.
        risk: the risk as the agent sees it. A rule of the policy may raise it.
        tags: at most 20, each of 1 to 64 characters.
        reversible: whether the step can be undone.
        links: where the reviewer can read more, at most 10, with https.
        node_exec_id: the ID of this run of the step. By default it is derived from execution, node,
            payload and call.
        call: distinguishes steps with the same payload, e.g. by the model's tool call ID.
        editable: whether the reviewer may edit the payload.
        expires_at: when the service rejects the review if nobody has decided.
        consumers: other actors who may use the approval.
        approvals_required: who has to approve: all of these must be met, by different people. By
            default one approval by anyone is enough.
        escalation: who may decide too if nobody does in time, in order of time.
        timeout: for how many seconds to wait. Then the outcome is TimedOut, and the review still
            waits; if even the request got no answer, UnreachableError is raised.
        on_waiting: called with the ID of the review if a person has to decide: again after a
            revision, and by `gate` if an approval is withdrawn.
        on_changes_requested: revises the request if a reviewer asks for changes, which nobody can
            without it. It gets the reviewer's message, the comments on this revision, and the
            review with the payload to revise, and returns a `Revised`, or None to leave it: then
            the outcome is ChangesRequested. Calls of an AsyncHoldpoint may give an `async def`.
        allowed_decisions: what the agent can deal with. REJECT always is. By default APPROVE, and
            REQUEST_CHANGES with `on_changes_requested`.

        Raises InvalidInputError before anything is sent if the payload has no exact JSON form;
        UnreachableError, RefusedError, ReviewConflictError, ExecutionEndedError.
        """
        request = request_of(
            self._connection,
            execution=execution,
            node=node,
            payload=payload,
            instructions=instructions,
            headline=headline,
            risk=risk,
            tags=tags,
            reversible=reversible,
            links=links,
            node_exec_id=node_exec_id,
            call=call,
            editable=editable,
            expires_at=expires_at,
            consumers=consumers,
            approvals_required=approvals_required,
            escalation=escalation,
            graph=graph,
            graph_version=graph_version,
            allowed_decisions=decisions_of(
                allowed_decisions, ("APPROVE", "REJECT"), on_changes_requested is not None
            ),
        )
        return self._outcome(request, parse, timeout, on_waiting, on_changes_requested)

    def _outcome(
        self,
        request: dict[str, Any] | str,
        parse: Any,
        timeout: float | None,
        on_waiting: Callable[[str], object] | None,
        on_changes_requested: OnChangesRequested | None,
    ) -> Outcome[Any]:
        settled = self._settle("ACTION", request, timeout, on_waiting, on_changes_requested)
        if not isinstance(settled, Review):
            return settled
        outcome = outcome_of(settled)
        assert outcome is not None
        if not isinstance(outcome, Approved):
            return outcome
        # The request under this ID may have been made, or revised, with another payload.
        if isinstance(request, dict) and is_other_json(outcome.payload, request["payload"]):
            outcome = dataclasses.replace(outcome, edited=True)
        if parse is not None:
            return dataclasses.replace(outcome, data=parsed(parse, outcome.payload))
        return outcome

    def _settle(
        self,
        kind: ReviewKind,
        request: dict[str, Any] | str,
        timeout: float | None,
        on_waiting: Callable[[str], object] | None,
        on_changes_requested: OnChangesRequested | None,
    ) -> Review | Deleted | TimedOut:
        """Requests a review and waits until it is settled. As often as changes are requested, it is
        revised and waits again. All of it continues after a restart: what the request has become is
        read from the service, and a revision replaces exactly the payload that it is based on.
        """
        start = time.monotonic()
        left = timeout
        subject = request
        while True:
            asked = Asked(self._connection, subject, left)
            try:
                try:
                    review: Review | None = _run_sync(asked.ask())
                except NotFoundError as error:
                    if subject is request:
                        raise
                    return Deleted(error.ids[0])
                assert review is not None
                check_kind(review, kind)
                node_exec_id = review.node_exec_id
                if review.status == "WAITING":
                    if on_waiting is not None:
                        on_waiting(node_exec_id)
                    try:
                        review = _run_sync(asked.decided(review))
                    except (asyncio.TimeoutError, concurrent.futures.TimeoutError):
                        return _timed_out(node_exec_id, timeout)
                    # Meanwhile it may have been deleted, and another one requested under its ID.
                    if review is not None:
                        check_kind(review, kind)
            finally:
                asked.close()
            if review is None:
                return Deleted(node_exec_id)
            if review.status != "CHANGES_REQUESTED" or on_changes_requested is None:
                return review
            comments = self.comments(node_exec_id)
            said = [comment for comment in comments if comment.revision == review.revision]
            revised = on_changes_requested(review.review_message or "", said, review)
            if inspect.isawaitable(revised):
                revised = revised
            if revised is None:
                return review
            if not isinstance(revised, Revised):
                kind_of = type(revised).__name__
                raise TypeError(f"on_changes_requested must return Revised or None, not {kind_of}")
            self._revise(review, revised)
            subject = node_exec_id
            if timeout is not None:
                left = timeout - (time.monotonic() - start)
                if left <= 0:
                    return _timed_out(node_exec_id, timeout)

    def _revise(self, review: Review, revised: Revised) -> None:
        """Sends a revision. If another worker was faster, or if the answer was lost, the review is
        no longer what the revision is based on.
        """
        backoff = Backoff()
        while True:
            try:
                self.revise_review(
                    node_exec_id=review.node_exec_id,
                    based_on_digest=review.payload_digest,
                    payload=revised.payload,
                    note=revised.note,
                )
                return
            except NotFoundError:
                return
            except HoldpointError as error:
                is_conflict = isinstance(error, ReviewConflictError)
                if not is_conflict and not is_transient(error):
                    raise
                # This retries for as long as the service is unreachable.
                for now in self.reviews([review.node_exec_id]):
                    if now.status == "CHANGES_REQUESTED" and now.revision == review.revision:
                        break
                else:
                    return
                if is_conflict:
                    raise
                _run_sync(asyncio.sleep(backoff.next(error)))

    @overload
    def ask_question(
        self,
        *,
        execution: str,
        node: str,
        headline: str,
        answer_schema: Any,
        payload: Any = ...,
        instructions: str | None = ...,
        risk: Risk | None = ...,
        tags: Sequence[str] | None = ...,
        links: Sequence[ReviewLinkInput] | None = ...,
        node_exec_id: str | None = ...,
        call: str | None = ...,
        expires_at: Instant | None = ...,
        consumers: Sequence[str] | None = ...,
        approvals_required: Sequence[ApprovalRequirementInput] | None = ...,
        escalation: Sequence[EscalationStepInput] | None = ...,
        graph: str | None = ...,
        graph_version: int | None = ...,
        timeout: float | None = ...,
        on_waiting: Callable[[str], object] | None = ...,
        on_changes_requested: OnChangesRequested | None = ...,
    ) -> AnswerOutcome[Any]: ...

    @overload
    def ask_question(
        self,
        *,
        execution: str,
        node: str,
        headline: str,
        answer_schema: Any,
        parse: type[T] | Callable[[Any], T],
        payload: Any = ...,
        instructions: str | None = ...,
        risk: Risk | None = ...,
        tags: Sequence[str] | None = ...,
        links: Sequence[ReviewLinkInput] | None = ...,
        node_exec_id: str | None = ...,
        call: str | None = ...,
        expires_at: Instant | None = ...,
        consumers: Sequence[str] | None = ...,
        approvals_required: Sequence[ApprovalRequirementInput] | None = ...,
        escalation: Sequence[EscalationStepInput] | None = ...,
        graph: str | None = ...,
        graph_version: int | None = ...,
        timeout: float | None = ...,
        on_waiting: Callable[[str], object] | None = ...,
        on_changes_requested: OnChangesRequested | None = ...,
    ) -> AnswerOutcome[T]: ...

    def ask_question(
        self,
        *,
        execution: str,
        node: str,
        headline: str,
        answer_schema: Any,
        parse: Any = None,
        payload: Any = None,
        instructions: str | None = None,
        risk: Risk | None = None,
        tags: Sequence[str] | None = None,
        links: Sequence[ReviewLinkInput] | None = None,
        node_exec_id: str | None = None,
        call: str | None = None,
        expires_at: Instant | None = None,
        consumers: Sequence[str] | None = None,
        approvals_required: Sequence[ApprovalRequirementInput] | None = None,
        escalation: Sequence[EscalationStepInput] | None = None,
        graph: str | None = None,
        graph_version: int | None = None,
        timeout: float | None = None,
        on_waiting: Callable[[str], object] | None = None,
        on_changes_requested: OnChangesRequested | None = None,
    ) -> AnswerOutcome[Any]:
        """Asks a question and waits for the answer of a reviewer.

        Asking is idempotent: after a restart of the agent the same question resumes the same wait.
        An answer is never an approval: what the agent does with it is requested on its own.

        headline: the question in one line, at most 200 characters.
        answer_schema: what an answer looks like: JSON Schema 2020-12. The service checks the answer
            against it.
        parse: makes the answer what the agent needs: a type or a function.
        payload: the context: what the reviewer should know, as JSON.
        instructions: the question in detail, in Markdown.
        node_exec_id: the ID of the question. By default it is derived from execution, node,
            headline, instructions, payload, schema and call.
        approvals_required: who may answer. One of them does.

        See `review` for the others, and for what it raises.
        """
        payload = exact(payload, "payload")
        if node_exec_id is None:
            question = [headline, instructions, payload, exact(answer_schema, "answer_schema")]
            node_exec_id = step_id(execution, node, question, call)
        request = request_of(
            self._connection,
            execution=execution,
            node=node,
            payload=payload,
            instructions=instructions,
            headline=headline,
            risk=risk,
            tags=tags,
            links=links,
            node_exec_id=node_exec_id,
            call=call,
            editable=True,
            expires_at=expires_at,
            consumers=consumers,
            approvals_required=approvals_required,
            escalation=escalation,
            graph=graph,
            graph_version=graph_version,
            allowed_decisions=decisions_of(
                None, ("ANSWER", "REJECT"), on_changes_requested is not None
            ),
        )
        settled = self._settle(
            "QUESTION",
            question_of(request, answer_schema),
            timeout,
            on_waiting,
            on_changes_requested,
        )
        if not isinstance(settled, Review):
            return settled
        outcome = outcome_of(settled)
        if isinstance(outcome, Answered) and parse is not None:
            return dataclasses.replace(outcome, answer=parsed(parse, outcome.answer_json))
        assert isinstance(outcome, (Answered, Rejected, ChangesRequested, Expired, Cancelled))
        return outcome

    def _begin_question(self, answer_schema: Any, options: dict[str, Any]) -> str:
        """Asks a question and returns at once, with its ID."""
        request = request_of(self._connection, editable=True, call=None, consumers=None, **options)
        asked = Asked(self._connection, question_of(request, answer_schema))
        try:
            return (_run_sync(asked.ask())).node_exec_id
        finally:
            asked.close()

    def _wait_for_answer(self, node_exec_id: str, timeout: float | None) -> Outcome[Any]:
        settled = self._settle("QUESTION", node_exec_id, timeout, None, None)
        if not isinstance(settled, Review):
            return settled
        outcome = outcome_of(settled)
        assert outcome is not None
        return outcome

    def ask(
        self,
        *,
        execution: str,
        node: str,
        payload: Any,
        instructions: str | None = None,
        headline: str | None = None,
        risk: Risk | None = None,
        tags: Sequence[str] | None = None,
        reversible: bool | None = None,
        links: Sequence[ReviewLinkInput] | None = None,
        node_exec_id: str | None = None,
        call: str | None = None,
        editable: bool = True,
        expires_at: Instant | None = None,
        consumers: Sequence[str] | None = None,
        approvals_required: Sequence[ApprovalRequirementInput] | None = None,
        escalation: Sequence[EscalationStepInput] | None = None,
        graph: str | None = None,
        graph_version: int | None = None,
        allowed_decisions: Sequence[ReviewDecision] | None = None,
    ) -> str:
        """Requests a review and returns at once, with its ID. Any process of this agent can go on
        with it: `wait` for the outcome, or read the `outcome` when a webhook says that it is there.

        allowed_decisions: what the agent can deal with. With REQUEST_CHANGES, give `wait` an
            `on_changes_requested`, or call `revise_review`.
        """
        request = request_of(
            self._connection,
            execution=execution,
            node=node,
            payload=payload,
            instructions=instructions,
            headline=headline,
            risk=risk,
            tags=tags,
            reversible=reversible,
            links=links,
            node_exec_id=node_exec_id,
            call=call,
            editable=editable,
            expires_at=expires_at,
            consumers=consumers,
            approvals_required=approvals_required,
            escalation=escalation,
            graph=graph,
            graph_version=graph_version,
            allowed_decisions=allowed_decisions,
        )
        asked = Asked(self._connection, request)
        try:
            return (_run_sync(asked.ask())).node_exec_id
        finally:
            asked.close()

    @overload
    def wait(
        self,
        node_exec_id: str,
        *,
        timeout: float | None = ...,
        on_changes_requested: OnChangesRequested | None = ...,
    ) -> Outcome[Any]: ...

    @overload
    def wait(
        self,
        node_exec_id: str,
        *,
        parse: type[T] | Callable[[Any], T],
        timeout: float | None = ...,
        on_changes_requested: OnChangesRequested | None = ...,
    ) -> Outcome[T]: ...

    def wait(
        self,
        node_exec_id: str,
        *,
        parse: Any = None,
        timeout: float | None = None,
        on_changes_requested: OnChangesRequested | None = None,
    ) -> Outcome[Any]:
        """Waits for the outcome of a review that was requested before. See `review`.

        Raises NotFoundError if there is no such review.
        """
        return self._outcome(node_exec_id, parse, timeout, None, on_changes_requested)

    def outcome(self, node_exec_id: str) -> Outcome[Any] | None:
        """The outcome of a review; None while it waits.

        Raises NotFoundError if there is no such review.
        """
        for review in self.reviews([node_exec_id]):
            return outcome_of(review)
        message = f"There is no review {node_exec_id}, or you don't have access to it"
        raise NotFoundError(message, [node_exec_id])

    def run_once(self, outcome: Outcome[T], run: Callable[[T], Returned[R]]) -> R:
        """Runs a function with what was approved, at most once per approval, however many callers
        have the outcome.

        The approval is consumed first, and the result is reported afterwards. If the agent crashes
        in between, the function may or may not have run; it is not run again, and the review is
        listed as UNREPORTED.

        Raises NotApprovedError if the function was not run; whatever the function raises.
        """
        if not isinstance(outcome, Approved):
            raise NotApprovedError(outcome)
        refused = self._consume(outcome)
        if refused is not None:
            raise NotApprovedError(refused)
        return self._run_and_report(outcome.node_exec_id, run, outcome.data)

    def _consume(self, outcome: Approved[Any]) -> NotApproved | None:
        """Consumes the approval of these very data. Returns None if the caller may act, otherwise
        why not.
        """
        node_exec_id = outcome.node_exec_id
        digest = payload_digest(outcome.payload)
        try:
            self.consume_review(node_exec_id=node_exec_id, payload_digest=digest)
        except NotFoundError:
            return Deleted(node_exec_id)
        except ReviewConflictError as error:
            if not error.reviews:
                raise
            refused = outcome_of(error.reviews[0])
            if refused is None:
                return withdrawn(error.reviews[0])
            if not isinstance(refused, Approved):
                return refused
            # It was withdrawn and approved again with another edit. Otherwise it must not be used.
            if payload_digest(refused.payload) != digest:
                return withdrawn(error.reviews[0])
            return unusable(error.reviews[0], str(error))
        return None

    def _approved(
        self, options: dict[str, Any], check: Callable[[Approved[Any]], T]
    ) -> tuple[Approved[Any], T] | NotApproved:
        """Requests a review and waits until its approval is consumed. If an approval is withdrawn
        before, it waits again.

        check: called with each approval before it is consumed. If it raises, nothing is consumed.
        """
        timeout = options.get("timeout")
        start = time.monotonic()
        left = timeout
        while True:
            outcome = self.review(**{**options, "timeout": left})
            if not isinstance(outcome, Approved):
                return outcome
            checked = check(outcome)
            refused = self._consume(outcome)
            if refused is None:
                return outcome, checked
            if not isinstance(refused, Withdrawn):
                return refused
            if timeout is None:
                continue
            left = timeout - (time.monotonic() - start)
            if left <= 0:
                ended = _timed_out(refused.node_exec_id, timeout)
                return dataclasses.replace(ended, votes=refused.votes)

    def _run_and_report(
        self, node_exec_id: str, run: Callable[P, Returned[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Runs a function whose approval was consumed, and reports the result."""
        try:
            result = run(*args, **kwargs)
        except asyncio.CancelledError as error:
            # The report is sent from the engine, while this task ends.
            self._report(node_exec_id, "FAILED", error)
            raise
        except BaseException as error:
            self._wait_for_report(self._report(node_exec_id, "FAILED", error))
            raise
        self._wait_for_report(self._report(node_exec_id, "EXECUTED"))
        return result

    def _report(
        self, node_exec_id: str, outcome: str, error: BaseException | None = None
    ) -> concurrent.futures.Future[Any]:
        detail = None
        if error is not None:
            detail = storable(f"{type(error).__name__}: {error}"[:MAX_DETAIL_CHARACTERS])
        return self._send_report(node_exec_id, outcome, detail)

    def _send_report(
        self, node_exec_id: str, outcome: str, detail: str | None
    ) -> concurrent.futures.Future[Any]:
        from .._documents import REPORT_OUTCOME

        variables = {"input": {"nodeExecId": node_exec_id, "outcome": outcome, "detail": detail}}
        patience = self._connection.patience
        session = self._connection.session()
        return engine().submit(session.call(REPORT_OUTCOME, variables, patience, repeats=True))

    def _wait_for_report(self, report: concurrent.futures.Future[Any]) -> None:
        """The function has run, so a failure to report is not the caller's problem, and the caller
        does not wait long. A review without a report is listed as UNREPORTED.
        """
        with suppress(Exception):
            _run_sync(within(report, REPORT_SECONDS))

    def gate(
        self,
        *,
        execution: str | Callable[..., str],
        node: str | None = None,
        needs_review: Callable[..., bool] | None = None,
        instructions: str | Callable[..., str] | None = None,
        headline: HeadlineOption = None,
        risk: RiskOption = None,
        tags: TagsOption = None,
        reversible: ReversibleOption = None,
        links: LinksOption = None,
        call: str | Callable[..., str | None] | None = None,
        otherwise: Callable[[NotApproved], Any] | None = None,
        editable: bool = True,
        expires_at: Instant | None = None,
        consumers: Sequence[str] | None = None,
        approvals_required: Sequence[ApprovalRequirementInput] | None = None,
        escalation: Sequence[EscalationStepInput] | None = None,
        graph: str | None = None,
        graph_version: int | None = None,
        timeout: float | None = None,
        on_waiting: Callable[[str], object] | None = None,
        on_changes_requested: OnChangesRequested | None = None,
        allowed_decisions: Sequence[ReviewDecision] | None = None,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """A decorator: the function runs only when approved, with the approved arguments, once per
        approval. A `def` stays a `def`, and an `async def` an `async def`.

        The reviewer sees the arguments as an object, by name. What was approved is validated by the
        annotations of the function before it runs. The approval is consumed by the digest of these
        very arguments immediately before, and the result is reported after. If two agents run the
        same step, one of them runs the function. On any error, in a callback, in Holdpoint or in
        the network, it does not run. If the approval is withdrawn before it is consumed, the call
        waits for another decision.

        The callbacks get the arguments of the call, defaults included.

        execution: the run that the call belongs to. Choose the same one when a task is restarted.
        node: the kind of step. Defaults to the name of the function.
        needs_review: whether a call needs approval. Defaults to all calls. If it returns False, the
            call runs at once and Holdpoint is not told. Prefer rules in the policy of the service:
            they apply to every agent, and each call is recorded.
        headline, risk, tags, reversible, links: see `review`; a function makes them from the
            arguments.
        on_changes_requested: see `review`. The payload of its `Revised` is the arguments by name.
        call: distinguishes calls with the same arguments, e.g. by the model's tool call ID. Without
            it they are one step, which runs once.
        otherwise: makes the result of a call that is not approved. By default it raises
            NotApprovedError.

        See `review` for the others.
        """
        gate = Gate(
            self._connection,
            execution=execution,
            node=node,
            needs_review=needs_review,
            instructions=instructions,
            summary=summary_of(headline, risk, tags, reversible, links),
            call=call,
            otherwise=otherwise,
            step={
                "editable": editable,
                "expires_at": expires_at,
                "consumers": consumers,
                "approvals_required": approvals_required,
                "escalation": escalation,
                "graph": graph,
                "graph_version": graph_version,
                "timeout": timeout,
                "on_waiting": on_waiting,
                "on_changes_requested": on_changes_requested,
                "allowed_decisions": allowed_decisions,
            },
        )
        return gate.wrap

    def review_events(
        self,
        *,
        after: str | None = None,
        graph_exec_id: str | None = None,
        node_exec_ids: Sequence[str] | None = None,
    ) -> Iterator[ReviewEvent]:
        """All changes of reviews after a cursor, by default from now on. A broken connection is
        retried, and no event is missed or repeated.
        """
        ids = None if node_exec_ids is None else list(node_exec_ids)
        feed = Feed(self._connection.session().follow(after, graph_exec_id, ids))
        try:
            while (event := _run_sync(feed.next())) is not None:
                yield event
        finally:
            feed.close()

    def pending_review_added(
        self, *, after: str | None = None, graph_exec_id: str | None = None
    ) -> Iterator[tuple[str, Review]]:
        """New waiting reviews, each with its cursor. Those that are already decided are skipped."""
        for event in self.review_events(after=after, graph_exec_id=graph_exec_id):
            if event.kind == "REQUESTED":
                for review in self.reviews([event.node_exec_id]):
                    if review.status == "WAITING":
                        yield event.cursor, review


def _timed_out(node_exec_id: str, timeout: float | None) -> TimedOut:
    return TimedOut(node_exec_id, f"Nobody decided within the timeout of {timeout} s")
