"""In place of the program `claude`: one tool call of a script, in the protocol of the real one. It
asks the hooks of the SDK before and after the call, and runs nothing.
"""

from __future__ import annotations

import json
import sys
from typing import Any

CALL = {"tool_name": "Bash", "tool_input": {"command": "rm -r /tmp/cache"}, "tool_use_id": "1"}


def send(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def read() -> dict[str, Any]:
    return dict(json.loads(sys.stdin.readline()))


def hook(event: str, input: dict[str, Any]) -> dict[str, Any]:
    (matcher,) = hooks[event]
    request = {
        "subtype": "hook_callback",
        "callback_id": matcher["hookCallbackIds"][0],
        "input": {"hook_event_name": event, **CALL, **input},
        "tool_use_id": "1",
    }
    send({"type": "control_request", "request_id": event, "request": request})
    response = read()["response"]["response"]
    return dict(response.get("hookSpecificOutput", {}))


def message(kind: str, *content: dict[str, Any]) -> None:
    body = {"role": kind, "model": "scripted", "content": content}
    send({"type": kind, "message": body, "session_id": "1", "parent_tool_use_id": None})


initialize = read()
hooks = initialize["request"]["hooks"]
answer = {"commands": [], "hook_on_failure_supported": True}
response = {"subtype": "success", "request_id": initialize["request_id"], "response": answer}
send({"type": "control_response", "response": response})

assert read()["type"] == "user"
send({"type": "system", "subtype": "init", "claude_code_version": "99.0.0", "session_id": "1"})
message("assistant", {"type": "tool_use", "id": "1", "name": "Bash", "input": CALL["tool_input"]})
decided = hook("PreToolUse", {})
result = "denied"
if decided.get("permissionDecision") == "allow":
    result = decided["updatedInput"]["command"].replace("rm -r", "deleted")
    hook("PostToolUse", {"tool_response": result})
message("user", {"type": "tool_result", "tool_use_id": "1", "content": result})
end: dict[str, Any] = {"type": "result", "subtype": "success", "is_error": False, "num_turns": 1}
send({**end, "duration_ms": 1, "duration_api_ms": 1, "session_id": "1", "result": "done"})
