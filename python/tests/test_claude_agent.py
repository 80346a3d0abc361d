"""The Claude Agent SDK: the real package, on a scripted transport instead of its program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from conftest import Team
from proxy import Proxy

pytest.importorskip("claude_agent_sdk")

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, HookMatcher, Transport

from holdpoint_client import AsyncHoldpoint, ReviewLinkInput
from holdpoint_client.claude_agent import ReviewedTools


class Program(Transport):
    """Speaks the control protocol as the program does: it asks before it runs a tool."""

    def __init__(self, uses_hooks: bool = True) -> None:
        self.ran: list[Any] = []
        self.denied: list[str] = []
        self.hooks: dict[str, Any] = {}
        self._uses_hooks = uses_hooks
        self._sent: asyncio.Queue[dict[str, Any] | None]
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def connect(self) -> None:
        self._sent = asyncio.Queue()

    def is_ready(self) -> bool:
        return True

    async def end_input(self) -> None:
        pass

    async def close(self) -> None:
        await self._sent.put(None)

    async def read_messages(self) -> AsyncIterator[dict[str, Any]]:
        while (message := await self._sent.get()) is not None:
            yield message

    async def write(self, data: str) -> None:
        message = json.loads(data)
        if message["type"] == "control_request":
            self.hooks = message["request"].get("hooks") or {}
            answer = {
                "subtype": "success",
                "request_id": message["request_id"],
                "response": {"commands": [], "hook_on_failure_supported": True},
            }
            await self._sent.put({"type": "control_response", "response": answer})
        elif message["type"] == "control_response":
            response = message["response"]
            self._answers[response["request_id"]].set_result(response)

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        request_id = f"request-{len(self._answers)}"
        self._answers[request_id] = asyncio.get_running_loop().create_future()
        await self._sent.put(
            {"type": "control_request", "request_id": request_id, "request": request}
        )
        return await self._answers[request_id]

    async def _hook(self, event: str, input: dict[str, Any]) -> dict[str, Any]:
        (matcher,) = self.hooks[event]
        request = {
            "subtype": "hook_callback",
            "callback_id": matcher["hookCallbackIds"][0],
            "input": {"hook_event_name": event, **input},
            "tool_use_id": input["tool_use_id"],
        }
        response = await self._ask(request)
        if response["subtype"] == "error":  # onFailure: block
            return {"permissionDecision": "deny", "permissionDecisionReason": response["error"]}
        return dict(response["response"].get("hookSpecificOutput", {}))

    async def use_tool(self, tool_use_id: str, input: dict[str, Any], fails: bool = False) -> None:
        use = {"tool_name": "Bash", "tool_input": input, "tool_use_id": tool_use_id}
        if self._uses_hooks:
            decided = await self._hook("PreToolUse", use)
            allows = decided.get("permissionDecision", "allow") == "allow"
            input = decided.get("updatedInput", input)
            reason = decided.get("permissionDecisionReason", "")
        else:
            request = {"tool_name": "Bash", "input": input, "tool_use_id": tool_use_id}
            request |= {"subtype": "can_use_tool", "permission_suggestions": []}
            answer = (await self._ask(request))["response"]
            allows = answer["behavior"] == "allow"
            input, reason = answer.get("updatedInput", input), answer.get("message", "")
        if not allows:
            self.denied.append(reason)
            return
        self.ran.append(input["command"])
        if self._uses_hooks and fails:
            await self._hook("PostToolUseFailure", {**use, "error": "exit code 1"})
        elif self._uses_hooks:
            await self._hook("PostToolUse", {**use, "tool_response": "ok"})


async def use(
    options: ClaudeAgentOptions, program: Program, command: str, call: str = "1", **how: Any
) -> None:
    async with ClaudeSDKClient(options, transport=program):
        await program.use_tool(call, {"command": command}, **how)


async def test_runs_what_was_approved_and_edited_and_nothing_declined(team: Team) -> None:
    program = Program()

    def tools(on_waiting: Any) -> ClaudeAgentOptions:
        reviewed = ReviewedTools(
            team.async_agent, execution="run-1", tools="Bash", on_waiting=on_waiting
        )
        # What lets tools through elsewhere does not pass by the hook.
        return reviewed.guard(ClaudeAgentOptions(permission_mode="bypassPermissions"))

    await use(tools(team.decide("APPROVE")), program, "ls")
    assert program.hooks["PreToolUse"][0]["matcher"] == "Bash"
    assert program.hooks["PreToolUse"][0]["onFailure"] == "block"
    await use(
        tools(team.decide("APPROVE", payload={"command": "ls /tmp"})), program, "rm -r /", "2"
    )
    await use(tools(team.decide("REJECT", message="no")), program, "rm", "3")
    await use(tools(team.decide("APPROVE")), program, "make", "4", fails=True)
    await use(tools(team.decide("APPROVE", payload="ls")), program, "ls", "5")
    assert program.ran == ["ls", "ls /tmp", "make"]
    assert program.denied == [
        "Not approved (rejected): no",
        "The edited input is not an object, so nothing was run",
    ]
    # A crash after consuming, or another worker: it does not run again.
    await use(tools(None), program, "ls")
    assert program.ran == ["ls", "ls /tmp", "make"] and "consumed" in program.denied[-1]
    for _ in range(100):
        outcomes = {r.original_payload["command"]: r.outcome for r in team.reviews()}
        if outcomes["make"]:
            break
        await asyncio.sleep(0.05)
    assert (outcomes["make"], outcomes["rm -r /"], outcomes["rm"]) == ("FAILED", "EXECUTED", None)


async def test_reviews_say_what_can_be_undone_and_where_to_read_more(team: Team) -> None:
    program = Program()
    tools = ReviewedTools(
        team.async_agent,
        execution="run-1",
        on_waiting=team.decide("APPROVE"),
        reversible=lambda name, input: name == "Bash" and input["command"] == "ls",
        links=[ReviewLinkInput(title="Runbook", url="https://example.com/runbook")],
    )
    await use(tools.guard(ClaudeAgentOptions()), program, "ls")
    await use(tools.guard(ClaudeAgentOptions()), program, "make", "2")
    said = {one.original_payload["command"]: (one.reversible, one.links) for one in team.reviews()}
    assert {command: undo for command, (undo, _) in said.items()} == {"ls": True, "make": False}
    assert [link.title for _, links in said.values() for link in links] == ["Runbook", "Runbook"]


async def test_a_timeout_and_every_error_denies(team: Team, proxy: Proxy) -> None:
    program = Program()
    slow = ReviewedTools(team.async_agent, execution="run-1", timeout=0.5)
    await use(slow.guard(ClaudeAgentOptions()), program, "ls")
    assert "(timeout)" in program.denied[0] and program.hooks["PreToolUse"][0]["timeout"] == 30.5
    assert team.reviews()[0].status == "WAITING"
    proxy.target = None
    away = ReviewedTools(AsyncHoldpoint(proxy.url, team.token(), patience=0.1), execution="run-1")
    await use(away.guard(ClaudeAgentOptions()), program, "ls")
    assert "UnreachableError" in program.denied[1]

    def broken(name: str, input: dict[str, Any]) -> bool:
        raise ValueError("broken")

    failing = ReviewedTools(team.async_agent, execution="run-1", needs_review=broken)
    await use(failing.guard(ClaudeAgentOptions()), program, "ls")
    assert "broken" in program.denied[2] and program.ran == []


async def test_only_what_needs_review_is_asked_and_other_hooks_are_kept(team: Team) -> None:
    program = Program()
    tools = ReviewedTools(
        team.async_agent, execution="run-1", needs_review=lambda _, input: input["command"] != "ls"
    )
    await use(tools.guard(ClaudeAgentOptions()), program, "ls")
    assert program.ran == ["ls"] and team.reviews() == []
    mine = HookMatcher(matcher="Read")
    guarded = tools.guard(ClaudeAgentOptions(hooks={"PreToolUse": [mine]}))
    assert guarded.hooks is not None and guarded.hooks["PreToolUse"][0] is mine


async def test_can_use_tool_reviews_too_and_warns_of_what_bypasses_it(team: Team) -> None:
    program = Program(uses_hooks=False)
    tools = ReviewedTools(team.async_agent, execution="run-1", on_waiting=team.decide("APPROVE"))
    await use(tools.ask_permission(ClaudeAgentOptions()), program, "ls")
    assert program.ran == ["ls"]
    with pytest.warns(UserWarning, match="acceptEdits.*allowed_tools.*without a review"):
        tools.ask_permission(
            ClaudeAgentOptions(permission_mode="acceptEdits", allowed_tools=["Bash"])
        )
