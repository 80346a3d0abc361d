"""OpenAI Agents SDK: function tools that wait for a review. It needs the package openai-agents."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from agents import Agent, FunctionTool, Runner, RunState, function_tool
from agents.function_schema import function_schema
from agents.tool import default_tool_error_function
from agents.tool_context import ToolContext

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
from .errors import NotApprovedError
from .outcomes import Approved, Outcome

_REVIEWS = "_holdpoint_review"


def reviewed_tool(
    client: AsyncHoldpoint,
    function: Callable[..., Any],
    *,
    execution: str | Callable[[], str],
    instructions: Callable[[dict[str, Any]], str] | None = None,
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
) -> FunctionTool:
    """A function tool that runs only when approved, with the approved arguments, once.

    It has `needs_approval`, so a run stops before it and its state can be saved. But the state does
    not decide: the tool asks Holdpoint, consumes the approval immediately before it runs, and
    reports the result. So a saved state that was approved some other way runs nothing.

    execution: the run of the reviews, or a function that returns it.
    instructions: makes the text for the reviewer from the arguments.
    headline, risk, tags, reversible, links: values, or functions of the arguments. See `review`.
    options: passed on to `function_tool`.
    """
    if options.pop("needs_approval", True) is not True:
        warnings.warn(
            "needs_approval is ignored: every call of a reviewed tool needs approval", stacklevel=2
        )
    on_failure = options.pop("failure_error_function", default_tool_error_function)
    tool = function_tool(function, needs_approval=True, failure_error_function=None, **options)
    arguments = function_schema(function).params_pydantic_model
    summary = summary_of(headline, risk, tags, reversible, links)
    invoke = tool.on_invoke_tool

    def valid(data: Any) -> Any:
        arguments.model_validate(data)
        return data

    async def review(call_id: str, arguments_text: str) -> Outcome[Any]:
        payload = json.loads(arguments_text or "{}")
        return await client.review(
            execution=execution() if callable(execution) else execution,
            node=tool.name,
            payload=payload,
            call=call_id,
            parse=valid,
            instructions=None if instructions is None else instructions(payload),
            **summary(payload),
            graph=graph,
            graph_version=graph_version,
            expires_at=expires_at,
            approvals_required=approvals_required,
            escalation=escalation,
            timeout=timeout,
            on_waiting=on_waiting,
        )

    async def reviewed(context: ToolContext[Any], arguments_text: str) -> Any:
        outcome = await review(context.tool_call_id, arguments_text)

        async def run(data: Any) -> Any:
            return await invoke(context, json.dumps(data))

        try:
            return await client.run_once(outcome, run)
        except NotApprovedError as error:
            return reason_of(error.outcome)
        except Exception as error:
            if on_failure is None:
                raise
            said = on_failure(context, error)
            return await said if asyncio.iscoroutine(said) else said

    tool.on_invoke_tool = reviewed
    setattr(tool, _REVIEWS, review)
    return tool


async def run_with_reviews(
    agent: Agent[Any], input: str | list[Any] | RunState[Any, Any], **options: Any
) -> Any:
    """Runs an agent, or goes on with a saved RunState, to its end. All interrupted calls of
    reviewed tools are asked for at once, and the run goes on when all of them are decided.

    options: passed on to `Runner.run`.

    Returns its last result. Raises TypeError if another tool waits for approval.
    """
    result = await Runner.run(agent, input, **options)
    while result.interruptions:
        state = result.to_state()
        reviews = [_review_of(item) for item in result.interruptions]
        outcomes = await asyncio.gather(*(review() for review in reviews))
        for item, outcome in zip(result.interruptions, outcomes, strict=True):
            if isinstance(outcome, Approved):
                state.approve(item)
            else:
                state.reject(item, rejection_message=reason_of(outcome))
        result = await Runner.run(agent, state, **options)
    return result


def reason_of(outcome: Outcome[Any]) -> str:
    """What the model is told about a call that did not run."""
    said = f": {outcome.message}" if outcome.message else ""
    return f"The call was not carried out ({outcome.status}){said}"


def _review_of(item: Any) -> Callable[[], Any]:
    raw = item.raw_item
    for tool in item.agent.tools:
        review = getattr(tool, _REVIEWS, None)
        if review is not None and tool.name == raw.name:
            return lambda: review(raw.call_id, raw.arguments)
    raise TypeError(f"{item.tool_name} waits for approval, but is not a reviewed_tool")
