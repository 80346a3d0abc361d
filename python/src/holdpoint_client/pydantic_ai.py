"""Pydantic AI: tools with `requires_approval=True` wait for a review.

It needs the package pydantic-ai or pydantic-ai-slim.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_ai import Agent, DeferredToolRequests, DeferredToolResults, ToolApproved, ToolDenied

from ._async.client import AsyncHoldpoint
from ._request import Instant
from ._summary import (
    HeadlineOption,
    LinksOption,
    ReversibleOption,
    RiskOption,
    TagsOption,
    summary_of,
)
from ._types import ApprovalRequirementInput, EscalationStepInput
from .errors import InvalidInputError, NotApprovedError
from .outcomes import Approved, Consumed, NotApproved, Outcome


@dataclass(frozen=True)
class ReviewedCalls:
    """The decisions on the deferred tool calls of a run, claimed for this process."""

    results: DeferredToolResults
    approved: list[str]
    """The IDs of the consumed approvals, whose results are to be reported."""


async def review_tool_calls(
    client: AsyncHoldpoint,
    requests: DeferredToolRequests,
    *,
    execution: str,
    instructions: Callable[[str, dict[str, Any]], str] | None = None,
    headline: HeadlineOption = None,
    risk: RiskOption = None,
    tags: TagsOption = None,
    reversible: ReversibleOption = None,
    links: LinksOption = None,
    graph: str | None = None,
    graph_version: int | None = None,
    expires_at: Instant | None = None,
    approvals_required: Sequence[ApprovalRequirementInput] | None = None,
    escalation: Sequence[EscalationStepInput] | None = None,
    timeout: float | None = None,
    on_waiting: Callable[[str], object] | None = None,
) -> ReviewedCalls:
    """Asks for all deferred tool calls at once, and waits until all are decided. Each approval is
    consumed, so that only this process passes the results on to the agent.

    instructions: makes the text for the reviewer from the name and the arguments of a call.
    headline, risk, tags, reversible, links: values, or functions of the same. See `review`.

    Raises NotApprovedError if an approval was used already, by another process or before a crash.
    """

    summary = summary_of(headline, risk, tags, reversible, links)

    async def review(call: Any) -> Outcome[Any]:
        arguments = call.args_as_dict()
        return await client.review(
            execution=execution,
            node=call.tool_name,
            payload=arguments,
            call=call.tool_call_id,
            instructions=None if instructions is None else instructions(call.tool_name, arguments),
            **summary(call.tool_name, arguments),
            graph=graph,
            graph_version=graph_version,
            expires_at=expires_at,
            approvals_required=approvals_required,
            escalation=escalation,
            timeout=timeout,
            on_waiting=on_waiting,
        )

    if requests.calls:
        names = ", ".join(call.tool_name for call in requests.calls)
        raise TypeError(f"These tools are not approved but run elsewhere, so answer them: {names}")
    ids = [call.tool_call_id for call in requests.approvals]
    if len({*ids}) < len(ids):
        # Results belong to calls by their ID alone.
        raise InvalidInputError([], f"the IDs of the tool calls must differ: {', '.join(ids)}")
    outcomes = await asyncio.gather(*(review(call) for call in requests.approvals))
    # Before any is consumed: what is consumed and not run cannot be approved again.
    for call, outcome in zip(requests.approvals, outcomes, strict=True):
        if isinstance(outcome, Approved) and not isinstance(outcome.data, dict):
            message = f"the arguments of {call.tool_name} must stay an object"
            raise InvalidInputError([], f"payload: {message}")
    reviewed = ReviewedCalls(DeferredToolResults(), [])
    for call, outcome in zip(requests.approvals, outcomes, strict=True):
        refused: NotApproved | None
        refused = await client._consume(outcome) if isinstance(outcome, Approved) else outcome
        if isinstance(refused, Consumed):
            raise NotApprovedError(refused)
        if refused is None:
            approval: ToolApproved | ToolDenied = ToolApproved(override_args=outcome.data)  # type: ignore[union-attr]
            reviewed.approved.append(outcome.node_exec_id)
        else:
            said = f": {refused.message}" if refused.message else ""
            approval = ToolDenied(f"Not approved ({refused.status}){said}")
        reviewed.results.approvals[call.tool_call_id] = approval
    return reviewed


async def run_with_reviews(
    client: AsyncHoldpoint,
    agent: Agent[Any, Any],
    prompt: Any,
    *,
    execution: str,
    instructions: Callable[[str, dict[str, Any]], str] | None = None,
    headline: HeadlineOption = None,
    risk: RiskOption = None,
    tags: TagsOption = None,
    reversible: ReversibleOption = None,
    links: LinksOption = None,
    graph: str | None = None,
    graph_version: int | None = None,
    expires_at: Instant | None = None,
    approvals_required: Sequence[ApprovalRequirementInput] | None = None,
    escalation: Sequence[EscalationStepInput] | None = None,
    timeout: float | None = None,
    on_waiting: Callable[[str], object] | None = None,
    **options: Any,
) -> Any:
    """Runs an agent to its end. Its calls of tools with `requires_approval=True` are reviewed, and
    run with the approved arguments, once. The results are reported. See `review_tool_calls`.

    options: passed on to `agent.run`.

    Returns the result of the last `agent.run`.
    """
    output_type = options.pop("output_type", agent.output_type)
    outputs = [*output_type] if isinstance(output_type, (list, tuple)) else [output_type]
    options["output_type"] = [*outputs, DeferredToolRequests]
    result = await agent.run(prompt, **options)
    while isinstance(result.output, DeferredToolRequests):
        reviewed = await review_tool_calls(
            client,
            result.output,
            execution=execution,
            instructions=instructions,
            headline=headline,
            risk=risk,
            tags=tags,
            reversible=reversible,
            links=links,
            graph=graph,
            graph_version=graph_version,
            expires_at=expires_at,
            approvals_required=approvals_required,
            escalation=escalation,
            timeout=timeout,
            on_waiting=on_waiting,
        )
        options["message_history"] = result.all_messages()
        options["deferred_tool_results"] = reviewed.results
        try:
            result = await agent.run(**options)
        except BaseException as error:
            for node_exec_id in reviewed.approved:
                client._report(node_exec_id, "FAILED", error)
            raise
        for node_exec_id in reviewed.approved:
            await client._wait_for_report(client._report(node_exec_id, "EXECUTED"))
    return result
