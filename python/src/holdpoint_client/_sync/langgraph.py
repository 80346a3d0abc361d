# Generated from ../_async/langgraph.py by scripts/generate.py.
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from .._graph_state import (
    Place,
    RunEnd,
    concurrent_calls,
    node_end_after,
    places_of,
    tool_errors_in,
)
from .._json import is_other_json, payload_digest
from .._questions import (
    CHANGES_REQUESTED,
    PASSED_ON,
    AlreadyResumedError,
    Answer,
    Asking,
    Decided,
    NotDecidedError,
    Question,
    Report,
    UnanswerableError,
    asking_of,
    check_answerable,
    detail_of,
    instructions_of,
)
from .._request import Instant
from .._summary import (
    HeadlineOption,
    LinksOption,
    ReversibleOption,
    RiskOption,
    TagsOption,
    summary_of,
)
from .._types import ApprovalRequirementInput, EscalationStepInput, ReviewDecision
from ..errors import InputIssue, InvalidInputError, ReviewConflictError
from ..ids import step_id
from ..outcomes import (
    Answered,
    Approved,
    ChangesRequested,
    Consumed,
    Expired,
    Rejected,
    Voided,
    outcome_of,
    unusable,
    withdrawn,
)
from .client import Holdpoint

MAX_ATTEMPTS = 10
"""How often a step is asked anew: after an edit that the graph cannot take or a lapsed approval."""


@dataclass(frozen=True)
class OpenApproval:
    """An approval that the graph was resumed with, and whose outcome is not reported yet."""

    decided: Decided
    asking: Asking
    at: int
    """Its place among the questions."""
    group: list[Decided]

    def report(self, end: RunEnd) -> Report | None:
        return self.asking.outcome(self.at, self.group, end)


def run_with_reviews(
    graph: Any,
    input: Any,
    config: Mapping[str, Any],
    *,
    client: Holdpoint,
    execution: str | None = None,
    workflow: str | None = None,
    workflow_version: int | None = None,
    expires_at: Instant | None = None,
    headline: HeadlineOption = None,
    risk: RiskOption = None,
    tags: TagsOption = None,
    reversible: ReversibleOption = None,
    links: LinksOption = None,
    approvals_required: Sequence[ApprovalRequirementInput] | None = None,
    escalation: Sequence[EscalationStepInput] | None = None,
    timeout: float | None = None,
    on_waiting: Callable[[str], object] | None = None,
    answer_in_state: bool = False,
    answer: Answer | None = None,
    take_over: bool = False,
) -> Any:
    """Runs a LangGraph graph, or a LangChain agent, to its end and requests a review for each
    interrupt. When all that are pending are decided, the graph is resumed once, each interrupt with
    its own answer.

    An interrupted thread goes on where it stopped, in any process; `input` is only for a new run. A
    question has the same ID in every process, so it is requested once. Decisions are claimed before
    the graph is resumed: one of several workers resumes, and the others get AlreadyResumedError.

    graph: compiled with a checkpointer.
    config: of the run, with `configurable.thread_id`.
    execution: the run of the reviews. Defaults to the thread ID.
    headline, risk, tags, reversible, links: values, or functions of the step and its payload. See
        `review`.
    answer_in_state: answer an approval request of `compat.approval_system` in the state, in
        `approval_approved` and `approved_payload`, after which the node runs again. By default it
        is the result of `interrupt()`.
    answer: makes what `interrupt()` returns for interrupts of other kinds. By default it is a dict
        of `approved`, `data` and `message`, or whatever fits the schema of the interrupt.
    take_over: resume even though a worker has already claimed the decisions. Set it only if that
        worker has crashed: its node may have begun.

    Returns what the graph returns. Raises InvalidInputError, AlreadyResumedError, NotDecidedError,
    UnanswerableError and the errors of `review`, before the graph is resumed; whatever it raises.
    """
    from langgraph.types import Command

    thread_id = (config.get("configurable") or {}).get("thread_id")
    if not isinstance(thread_id, str) or not thread_id:
        path = "config.configurable.thread_id"
        raise InvalidInputError(
            [InputIssue(path, "is required: it identifies the thread to resume")]
        )
    if not getattr(graph, "checkpointer", None):
        message = "is required when the graph is compiled: without it, nothing can be resumed"
        raise InvalidInputError([InputIssue("graph.checkpointer", message)])
    step = {
        "execution": thread_id if execution is None else execution,
        "graph": workflow,
        "graph_version": workflow_version,
        "expires_at": expires_at,
        "approvals_required": approvals_required,
        "escalation": escalation,
    }
    summary = summary_of(headline, risk, tags, reversible, links)
    snapshot = graph.get_state(config)
    # A node that raised is in `tasks`, but not in `next`.
    result = graph.invoke(None if snapshot.tasks else input, config)

    # From here on use the thread's latest checkpoint, wherever the run began.
    configurable = {k: v for k, v in config["configurable"].items() if k != "checkpoint_id"}
    thread = {**config, "configurable": configurable}
    approvals: list[OpenApproval] = []
    while True:
        snapshot = graph.get_state(thread, subgraphs=True)
        interrupts = _interrupts_in(result)
        places = places_of(snapshot)
        waiting = {places[one.id].task for one in interrupts if one.id in places}
        progress: Literal["interrupted", "ended"] = "interrupted" if interrupts else "ended"
        ends = [
            RunEnd(
                progress, "interrupted" if one.asking.place.task in waiting else "ended", snapshot
            )
            for one in approvals
        ]
        approvals = _report(client, approvals, ends)
        if not interrupts:
            if any(task.interrupts for task in snapshot.tasks):
                message = (
                    "The graph was interrupted, but its result does not say so: leave stream_mode "
                    "and output_keys to run_with_reviews"
                )
                raise UnanswerableError(message)
            return result
        asked = [
            asking_of(one, places.get(one.id, Place()), answer, snapshot) for one in interrupts
        ]
        if answer_in_state and len(asked) != 1:
            message = (
                f"{len(asked)} interrupts are waiting, but the state has room for one decision only"
            )
            raise UnanswerableError(message)
        for asking in asked:
            calls = concurrent_calls(graph, asking.place, snapshot)
            if calls > 1:
                message = (
                    f"The node {asking.place.node} runs {calls} tool calls at the same time, and "
                    "LangGraph may give the answer for one of them to another. Send each call to "
                    "the node by itself, as LangChain's agents do, or wrap the tools with gate"
                )
                raise UnanswerableError(message)
            for question in asking.questions:
                check_answerable(question)
        decided = _decide(client, asked, thread_id, step, summary, timeout, on_waiting, take_over)
        _claim(client, [one for group in decided for one in group], take_over)

        answers = {
            asking.interrupt.id: asking.answer(group)
            for asking, group in zip(asked, decided, strict=True)
        }
        approvals += [
            OpenApproval(one, asking, at, group)
            for asking, group in zip(asked, decided, strict=True)
            for at, one in enumerate(group)
            if one.approved
        ]
        try:
            if answer_in_state:
                (update,) = answers.values()
                result = graph.invoke(Command(update=update), thread)
            else:
                # By ID: a plain value would answer all pending interrupts.
                result = graph.invoke(Command(resume=answers), thread)
        except Exception as error:
            with suppress(Exception):
                ends = [_end_after(error, one.asking, graph, thread) for one in approvals]
                _report(client, approvals, ends)
            raise


def _end_after(error: Exception, asking: Asking, graph: Any, thread: Any) -> RunEnd:
    """How far the graph got until it raised the error."""
    place = asking.place
    configurable = {**thread["configurable"], "checkpoint_ns": place.namespace}
    inner = {**thread, "configurable": configurable}
    latest = graph.checkpointer.get_tuple(inner)
    snapshot = graph.get_state(inner, subgraphs=True)
    node = node_end_after(error, place.task, latest)
    return RunEnd("failed", node, snapshot, error, tool_errors_in(snapshot, latest))


def _report(
    client: Holdpoint, approvals: list[OpenApproval], ends: list[RunEnd]
) -> list[OpenApproval]:
    """Reports the outcomes that are known. Returns the approvals whose outcome is not known yet."""
    unknown = []
    reports = []
    for approval, end in zip(approvals, ends, strict=True):
        report = approval.report(end)
        if report is None:
            unknown.append(approval)
        else:
            node_exec_id = approval.decided.node_exec_id
            reports.append(client._send_report(node_exec_id, report.outcome, report.detail))
    for sent in reports:
        client._wait_for_report(sent)
    return unknown


def _interrupts_in(result: Any) -> list[Any]:
    """The interrupts that a run ended with. The state also lists answered ones."""
    found = result.get("__interrupt__", ()) if isinstance(result, Mapping) else ()
    return list({interrupt.id: interrupt for interrupt in found}.values())


def _decide(
    client: Holdpoint,
    asked: list[Asking],
    thread_id: str,
    step: dict[str, Any],
    summary: Callable[..., dict[str, Any]],
    timeout: float | None,
    on_waiting: Callable[[str], object] | None,
    take_over: bool,
) -> list[list[Decided]]:
    """Requests all reviews, and waits for all decisions. An edit that the graph would not accept is
    refused, and the reviewer is asked again with the reason.
    """
    # By place: the interrupt and the question in it.
    open_questions: dict[tuple[int, int], tuple[Question, str | None]] = {
        (at, place): (question, question.instructions)
        for at, asking in enumerate(asked)
        for place, question in enumerate(asking.questions)
    }
    decided: dict[tuple[int, int], Decided] = {}
    for attempt in range(MAX_ATTEMPTS):
        reviews = {}
        for (at, place), (question, instructions) in open_questions.items():
            call = f"{thread_id}:{asked[at].interrupt.id}:{place}:{attempt}"
            node_exec_id = step_id(step["execution"], question.node, question.payload, call)
            reviews[at, place] = _ask(
                client,
                question,
                {
                    **step,
                    **summary(question.node, question.payload),
                    "node": question.node,
                    "node_exec_id": node_exec_id,
                    "payload": question.payload,
                    "instructions": instructions,
                },
            )
        refused: dict[tuple[int, int], tuple[Question, str | None]] = {}
        for key, node_exec_id in reviews.items():
            question = open_questions[key][0]
            one = _decision(client, question, node_exec_id, timeout, on_waiting, take_over)
            if one is None:
                refused[key] = open_questions[key]
                continue
            refusal = question.refusal(one) if one.edited else None
            if refusal is None:
                decided[key] = one
                continue
            client.set_review_processed(node_exec_id=node_exec_id, processed=True)
            detail = detail_of(f"The edit was refused: {refusal}")
            client.report_outcome(node_exec_id=node_exec_id, outcome="SKIPPED", detail=detail)
            reason = detail_of(f"The last edit was refused: {refusal}")
            whole = "\n\n".join(part for part in (reason, question.instructions) if part)
            refused[key] = (question, instructions_of(whole) or reason)
        open_questions = refused
        if not open_questions:
            return [
                [decided[at, place] for place in range(len(asking.questions))]
                for at, asking in enumerate(asked)
            ]
    node = next(iter(open_questions.values()))[0].node
    raise UnanswerableError(
        f"{node} was asked {MAX_ATTEMPTS} times: each time it was edited into what it does not "
        "take, or the approval lapsed"
    )


def _ask(client: Holdpoint, question: Question, options: dict[str, Any]) -> str:
    """Requests a review, or asks the reviewer to answer in place of a tool."""
    if question.answer_schema is None:
        # Changes are up to the model, which gets them as a reply.
        allowed: list[ReviewDecision] = ["APPROVE", "REJECT"]
        if question.takes_reply:
            options["allowed_decisions"] = [*allowed, "REQUEST_CHANGES"]
        return client.ask(**options, editable=question.editable)
    options["headline"] = options["headline"] or question.node
    return client._begin_question(question.answer_schema, options)


def _decision(
    client: Holdpoint,
    question: Question,
    node_exec_id: str,
    timeout: float | None,
    on_waiting: Callable[[str], object] | None,
    take_over: bool,
) -> Decided | None:
    """None if the approval lapsed, for instance, before it was used: it can only be asked anew."""
    outcome = client.outcome(node_exec_id)
    if outcome is None:
        if on_waiting is not None:
            on_waiting(node_exec_id)
        if question.answer_schema is None:
            outcome = client.wait(node_exec_id, timeout=timeout)
        else:
            outcome = client._wait_for_answer(node_exec_id, timeout)
    if isinstance(outcome, Approved):
        edited = outcome.edited or is_other_json(outcome.data, question.payload)
        return Decided(node_exec_id, True, outcome.data, edited, outcome.message)
    if isinstance(outcome, (Rejected, Expired)):
        message = outcome.message
        if not message and isinstance(outcome, Expired):
            message = "Nobody decided in time"
        return Decided(node_exec_id, False, None, False, message)
    if isinstance(outcome, Answered):
        reply = str(outcome.answer_json)
        return Decided(node_exec_id, False, None, False, outcome.message, reply=reply)
    if isinstance(outcome, ChangesRequested):
        comments = client.comments(node_exec_id)
        said = [
            f"On {comment.pointer}: {comment.text}" if comment.pointer else comment.text
            for comment in comments
            if comment.text != PASSED_ON
        ]
        reply = "\n".join(part for part in (CHANGES_REQUESTED, outcome.message, *said) if part)
        return Decided(
            node_exec_id, False, None, False, outcome.message, reply=reply, is_revisable=True
        )
    if isinstance(outcome, Voided):
        return None
    if not isinstance(outcome, Consumed):
        raise NotDecidedError(outcome)
    if not take_over:
        raise AlreadyResumedError(node_exec_id)
    (review,) = client.reviews([node_exec_id])
    message = review.review_message or ""
    edited = review.was_edited is True or is_other_json(review.payload, question.payload)
    return Decided(node_exec_id, True, review.payload, edited, message, is_consumed=True)


def _claim(client: Holdpoint, decisions: list[Decided], take_over: bool) -> None:
    """Claims the decisions of one resume for this worker. Every worker starts with the same one, an
    approval if there is any. That can be consumed once, so exactly one worker gets past it.
    """
    unclaimed = sorted(
        (one for one in decisions if not one.is_consumed), key=lambda one: one.node_exec_id
    )
    _check_unchanged(client, unclaimed)
    approved = [one for one in unclaimed if one.approved]
    for one in approved:
        digest = payload_digest(one.data)
        try:
            client.consume_review(node_exec_id=one.node_exec_id, payload_digest=digest)
        except ReviewConflictError as error:
            for review in error.reviews:
                if review.status == "WAITING":
                    raise NotDecidedError(withdrawn(review)) from error
                if isinstance(outcome_of(review), Approved):
                    raise NotDecidedError(unusable(review, str(error))) from error
            raise AlreadyResumedError(one.node_exec_id) from error
    rejected = [one for one in unclaimed if not one.approved]
    is_claimed = bool(approved)
    for one in rejected:
        node_exec_id = one.node_exec_id
        if one.is_revisable:
            is_first = _is_passed_on(client, node_exec_id)
        else:
            claim = client.set_review_processed(node_exec_id=node_exec_id, processed=True)
            is_first = claim.changed
        if not is_claimed and not is_first and not take_over:
            raise AlreadyResumedError(node_exec_id)
        is_claimed = True


def _check_unchanged(client: Holdpoint, decisions: list[Decided]) -> None:
    """While the last decision was waited for, an earlier one may have been withdrawn, or have
    lapsed. Nothing is claimed then: with some of the decisions claimed, the next call would take
    this worker for another one.
    """
    if len(decisions) < 2:
        return  # Claiming the only one tells.
    for one in decisions:
        for review in client.reviews([one.node_exec_id]):
            if review.status == "APPROVED":
                is_usable = one.approved and review.voided_at is None
                same = is_usable and review.payload_digest == payload_digest(one.data)
            else:
                same = not one.approved and review.status != "WAITING"
            if same:
                continue
            outcome = outcome_of(review)
            if outcome is None or isinstance(outcome, Approved):
                raise NotDecidedError(withdrawn(review))
            raise NotDecidedError(outcome)


def _is_passed_on(client: Holdpoint, node_exec_id: str) -> bool:
    """Claims a request for changes. It has no decision that could be marked as processed, so the
    first of the comments that say so is the claim.
    """
    added = client.add_comment(node_exec_id=node_exec_id, text=PASSED_ON)
    mine = added.comment
    for comment in client.comments(node_exec_id):
        if (comment.actor, comment.text, comment.revision) == (
            mine.actor,
            PASSED_ON,
            mine.revision,
        ):
            return comment.id == mine.id
    return False
