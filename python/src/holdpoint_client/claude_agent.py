"""Claude Agent SDK: tools that wait for a review. It needs the package claude-agent-sdk."""

from __future__ import annotations

import asyncio
import dataclasses
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from claude_agent_sdk import (
    ClaudeAgentOptions,
    HookMatcher,
    PermissionResultAllow,
    PermissionResultDeny,
    ToolPermissionContext,
)

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
from .outcomes import Approved

MARGIN_SECONDS = 30.0
"""How much earlier than the SDK's time limit of a hook the review ends, with a denial."""


class _EditedInput(ValueError):
    """The reviewer's edit is no input of a tool."""


class ReviewedTools:
    """Reviews the tool calls of a Claude agent. A call runs only when approved, with the approved
    input, once. On any error and after the timeout it is denied.

        options = ReviewedTools(client, execution="run-1", tools="Bash|Write").guard(options)
    """

    def __init__(
        self,
        client: AsyncHoldpoint,
        *,
        execution: str,
        tools: str | None = None,
        needs_review: Callable[[str, dict[str, Any]], bool] | None = None,
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
        timeout: float = 3_600,
        on_waiting: Callable[[str], object] | None = None,
    ) -> None:
        """
        tools: which tools are reviewed, as in the `matcher` of a hook: a name, or names divided by
            `|`. Defaults to all. What another tool can do as well, as Bash can write files, needs
            that tool in the list too.
        needs_review: whether a call needs approval, by its name and input. Defaults to all.
        instructions, headline, risk, tags, reversible, links: see `review`. Functions get the name
            and the input.
        timeout: for how many seconds a call waits before it is denied. The review stays open.
        """
        self._client = client
        self._execution = execution
        self._tools = tools
        self._needs_review = needs_review
        self._instructions = instructions
        self._summary = summary_of(headline, risk, tags, reversible, links)
        self._timeout = timeout
        self._step: dict[str, Any] = {
            "graph": graph,
            "graph_version": graph_version,
            "expires_at": expires_at,
            "approvals_required": approvals_required,
            "escalation": escalation,
            "on_waiting": on_waiting,
        }
        self._consumed: dict[str, str] = {}
        """IDs of consumed reviews whose results are to be reported, by tool use."""

    def guard(self, options: ClaudeAgentOptions) -> ClaudeAgentOptions:
        """The options with hooks that review. They come before every permission rule, so
        `allowed_tools` and permission modes do not bypass them.
        """
        hooks: dict[Any, list[HookMatcher]] = {k: [*v] for k, v in (options.hooks or {}).items()}
        before = HookMatcher(
            matcher=self._tools,
            hooks=[self._before],  # type: ignore[list-item]
            timeout=self._timeout + MARGIN_SECONDS,
            on_failure="block",
        )
        after = HookMatcher(matcher=self._tools, hooks=[self._after])  # type: ignore[list-item]
        hooks["PreToolUse"] = [*hooks.get("PreToolUse", []), before]
        for event in ("PostToolUse", "PostToolUseFailure"):
            hooks[event] = [*hooks.get(event, []), after]
        return dataclasses.replace(options, hooks=hooks)

    def ask_permission(self, options: ClaudeAgentOptions) -> ClaudeAgentOptions:
        """The options with a `can_use_tool` that reviews what the permission rules do not decide.

        It warns of settings that let tools through without asking. `guard` has no such gaps.
        """
        gaps = []
        if options.permission_mode in ("bypassPermissions", "acceptEdits"):
            gaps.append(f"permission_mode={options.permission_mode!r}")
        if options.allowed_tools:
            gaps.append(f"allowed_tools={options.allowed_tools!r}")
        if gaps:
            warnings.warn(
                f"{' and '.join(gaps)} lets tools run without a review: use guard", stacklevel=2
            )
        return dataclasses.replace(options, can_use_tool=self.can_use_tool)

    async def can_use_tool(
        self, name: str, input: dict[str, Any], context: ToolPermissionContext
    ) -> PermissionResultAllow | PermissionResultDeny:
        """For `ClaudeAgentOptions.can_use_tool`."""
        allowed, answer = await self._review(name, input, context.tool_use_id or "")
        if allowed:
            return PermissionResultAllow(updated_input=answer)
        return PermissionResultDeny(message=answer)

    async def _before(self, input: Any, tool_use_id: str | None, context: Any) -> dict[str, Any]:
        name, arguments = input["tool_name"], input["tool_input"]
        if self._needs_review is not None and self._needs_review(name, arguments) is False:
            return {}
        call = str(tool_use_id or input.get("tool_use_id", ""))
        allowed, answer = await self._review(name, arguments, call)
        decision = {"permissionDecision": "allow", "updatedInput": answer}
        if not allowed:
            decision = {"permissionDecision": "deny", "permissionDecisionReason": answer}
        return {"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision}}

    async def _review(self, name: str, input: dict[str, Any], tool_use_id: str) -> tuple[bool, Any]:
        """Whether a call may run, and with which input; otherwise why not."""
        try:
            return await asyncio.wait_for(
                self._decide(name, input, tool_use_id), self._timeout + MARGIN_SECONDS / 2
            )
        except Exception as error:
            return False, f"The call could not be approved: {type(error).__name__}: {error}"

    async def _decide(self, name: str, input: dict[str, Any], tool_use_id: str) -> tuple[bool, Any]:
        def check(outcome: Approved[Any]) -> None:
            if not isinstance(outcome.data, dict):
                raise _EditedInput("The edited input is not an object, so nothing was run")

        instructions = None if self._instructions is None else self._instructions(name, input)
        options = {
            "execution": self._execution,
            "node": name,
            "payload": input,
            "call": tool_use_id,
            "instructions": instructions,
            **self._summary(name, input),
            "timeout": self._timeout,
            **self._step,
        }
        try:
            answer = await self._client._approved(options, check)
        except _EditedInput as error:
            return False, str(error)
        if isinstance(answer, tuple):
            outcome, _ = answer
            self._consumed[tool_use_id] = outcome.node_exec_id
            return True, outcome.data
        said = f": {answer.message}" if answer.message else ""
        return False, f"Not approved ({answer.status}){said}"

    async def _after(self, input: Any, tool_use_id: str | None, context: Any) -> dict[str, Any]:
        call = str(tool_use_id or input.get("tool_use_id", ""))
        node_exec_id = self._consumed.pop(call, None)
        if node_exec_id is not None:
            failed = input["hook_event_name"] == "PostToolUseFailure"
            error = RuntimeError(input.get("error", "")) if failed else None
            report = self._client._report(node_exec_id, "FAILED" if failed else "EXECUTED", error)
            await self._client._wait_for_report(report)
        return {}
