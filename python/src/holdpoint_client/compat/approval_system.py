"""Approval requests of an agent framework on LangGraph: plans, memory and code.

The page for reviewers shows these payloads in a form of their own. They are the same as those of
the TypeScript package, so that agents in both languages meet the same data.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DECEPTIVE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
"""Invisible characters and those that change the direction of text."""


class InvalidApprovalError(ValueError):
    """An approval request or its result is malformed. Nothing may be done based on it."""


def create_approval_type(capability_name: str, operation_type: str | None = None) -> str:
    """The type of an approval: `memory` and `save` make `memory_save`.

    Raises InvalidApprovalError if the capability is empty (fixed: it made a type of nothing).
    """
    if not isinstance(capability_name, str) or not capability_name.strip():
        raise InvalidApprovalError(
            f"The capability of an approval must be non-empty text, not {capability_name!r}"
        )
    return f"{capability_name}_{operation_type}" if operation_type else capability_name


def create_plan_approval_interrupt(
    execution_plan: Mapping[str, Any],
    plan_file_path: str | None = None,
    pending_plans_dir: str | None = None,
) -> dict[str, Any]:
    """An approval request for a plan, for `interrupt()`: a message with its steps, and the payload
    to resume with.
    """
    _check({"execution_plan": execution_plan}, execution_plan=dict)
    steps = execution_plan.get("steps") or []
    _check({"steps": steps}, steps=list)
    lines = []
    for number, step in enumerate(steps, 1):
        _check({f"steps.{number - 1}": step}, **{f"steps.{number - 1}": dict})
        objective = step.get("task_objective") or "unknown"
        capability = step.get("capability") or "unknown"
        lines.append(f"{number}. {_line(str(objective))} ({_code(str(capability))})")
    parts = [
        f"**A plan of {len(steps)} {'step' if len(steps) == 1 else 'steps'}**",
        "\n".join(lines),
        f"**File:** {_code(plan_file_path)}" if plan_file_path else "",
        f"**Directory:** {_code(pending_plans_dir)}"
        if plan_file_path and pending_plans_dir
        else "",
    ]
    payload: dict[str, Any] = {
        "approval_type": create_approval_type("orchestrator", "plan"),
        "execution_plan": execution_plan,
    }
    if plan_file_path:
        payload["plan_file_path"] = plan_file_path
    if pending_plans_dir:
        payload["pending_plans_dir"] = pending_plans_dir
    yes, no = "the plan is carried out as it stands here", "none of it is carried out"
    return _request(parts, yes, no, payload)


def create_memory_approval_interrupt(
    content: str,
    operation_type: str,
    user_id: str,
    existing_memory: str = "",
    step_objective: str = "Change what is remembered",
) -> dict[str, Any]:
    """An approval request for saving, changing or deleting a memory.

    The memory as it is now is shown beside the new one, and a deletion says so (fixed: neither was
    shown). Text that contains a code fence cannot break out of its own (fixed).
    """
    _check(
        {"content": content, "operation_type": operation_type, "user_id": user_id},
        content=str,
        operation_type=str,
        user_id=str,
    )
    if not operation_type.strip():
        raise InvalidApprovalError("operation_type must not be blank")
    deletes = operation_type.strip().lower() == "delete"
    to_do = "To delete" if deletes else f"To {_line(operation_type)}"
    parts = [
        f"**Memory: {_line(operation_type)}**",
        f"**Task:** {_line(step_objective)}" if step_objective else "",
        f"**Of user:** {_code(user_id)}" if user_id else "",
        f"**There now**\n\n{_block(existing_memory)}" if existing_memory else "",
        f"**{to_do}**\n\n{_block(content)}",
    ]
    yes = "this is deleted from memory" if deletes else "the memory is changed"
    payload = {
        "approval_type": create_approval_type("memory", operation_type),
        "step_objective": step_objective,
        "content": content,
        "operation_type": operation_type,
        "user_id": user_id,
        "existing_memory": existing_memory,
    }
    return _request(parts, yes, "the memory stays as it is", payload)


def create_code_approval_interrupt(
    code: str,
    analysis_details: Mapping[str, Any],
    execution_mode: str,
    safety_concerns: Sequence[str],
    notebook_path: Path | str | None = None,
    notebook_link: str | None = None,
    execution_request: Any | None = None,
    expected_results: Mapping[str, Any] | None = None,
    execution_folder_path: Path | str | None = None,
    step_objective: str = "Run Python code",
) -> dict[str, Any]:
    """An approval request for code. The code itself, its mode and every safety concern are shown
    (fixed: they were only in the payload).
    """
    concerns = list(safety_concerns or [])
    _check(
        {
            "code": code,
            "execution_mode": execution_mode,
            **{f"c{n}": c for n, c in enumerate(concerns)},
        },
        code=str,
        execution_mode=str,
        **{f"c{n}": str for n in range(len(concerns))},
    )
    details = analysis_details or {}
    reasoning = str(details.get("approval_reasoning") or "").strip()
    reasoning = reasoning or f"code needs approval for {execution_mode} mode"
    listed = "\n".join(f"- {_line(concern)}" for concern in concerns)
    parts = [
        "**Python code is to run**",
        f"**Task:** {_line(step_objective)}" if step_objective else "",
        f"**Why you are asked:** {_line(reasoning)}",
        f"**Mode:** {_code(execution_mode)}",
        f"**Safety concerns**\n{listed}" if concerns else "**Safety concerns:** none were found",
        _block(code, "python"),
        _link("Open the notebook", notebook_link)
        if notebook_link
        else "There is no notebook to open.",
    ]
    payload = {
        "approval_type": create_approval_type("python_executor"),
        "step_objective": step_objective,
        "code": code,
        "analysis_details": analysis_details,
        "execution_mode": execution_mode,
        "safety_concerns": concerns,
        "notebook_path": str(notebook_path) if notebook_path else None,
        "notebook_link": notebook_link,
        "execution_request": execution_request,
        "expected_results": expected_results,
        "execution_folder_path": str(execution_folder_path) if execution_folder_path else None,
    }
    return _request(parts, "the code runs as it stands here", "it does not run", payload)


def get_approval_resume_data(
    state: Mapping[str, Any], expected_approval_type: str
) -> tuple[bool, dict[str, Any] | None]:
    """Whether an agent's state resumes after a decision, and the approved payload; None if it was
    rejected, or does not resume. Only True approves (fixed: any text counted as approval).

    Raises InvalidApprovalError if the state is malformed.
    """
    approved = state.get("approval_approved")
    payload = state.get("approved_payload")
    if approved is None:
        return False, None
    if not isinstance(approved, bool):
        raise InvalidApprovalError(
            f"approval_approved must be True, False or None, not {_described(approved)}"
        )
    if approved and not payload:
        raise InvalidApprovalError("approval_approved is True, but approved_payload holds nothing")
    if payload is not None:
        _check_payload(payload)
    if not approved or payload is None:
        return True, None
    expected = get_approved_payload_from_state(state, expected_approval_type)
    if expected is None:
        raise InvalidApprovalError(
            f"There is no valid payload for {expected_approval_type!r}: the one that was approved "
            f"is for {payload['approval_type']!r}"
        )
    return True, expected


def get_approved_payload_from_state(
    state: Mapping[str, Any] | None, expected_approval_type: str
) -> dict[str, Any] | None:
    """The payload if it was approved and has this type, otherwise None. It never raises (fixed)."""
    if not isinstance(state, Mapping) or state.get("approval_approved") is not True:
        return None
    payload = state.get("approved_payload")
    if not isinstance(payload, dict) or payload.get("approval_type") != expected_approval_type:
        return None
    return payload


def clear_approval_state() -> dict[str, Any]:
    """A state update that removes the decision."""
    return {"approval_approved": None, "approved_payload": None}


async def handle_service_with_interrupts(
    service: Any,
    request: Any,
    config: Mapping[str, Any] | None,
    logger: logging.Logger | logging.LoggerAdapter[Any] | None = None,
    capability_name: str = "parent_capability",
) -> Any:
    """Calls a service, such as a compiled graph, from inside a node of another graph.

    The result passes through. Every interrupt of the service is raised in the outer graph (fixed:
    only the first), with its own ID. When the outer graph resumes, the node runs again from its
    start, and the service goes on where it stopped if it was given the config of the node.

    Raises RuntimeError if an interrupt is malformed; any other error of the service unchanged.
    """
    from langgraph.errors import GraphInterrupt

    log = logger or logging.getLogger(__name__)
    try:
        result = await service.ainvoke(request, config)
    except GraphInterrupt as interrupt:
        _check_interrupts(interrupt.args[0] if interrupt.args else (), capability_name)
        log.info("%s was interrupted", capability_name)
        raise
    # A service outside of this graph's run returns its interrupts instead of raising them.
    interrupts = result.get("__interrupt__") if isinstance(result, Mapping) else None
    if not interrupts:
        return result
    _check_interrupts(interrupts, capability_name)
    log.info("%s was interrupted", capability_name)
    raise GraphInterrupt(tuple(interrupts))


def _check_interrupts(interrupts: Any, capability_name: str) -> None:
    if not isinstance(interrupts, Sequence) or not interrupts:
        raise RuntimeError(f"{capability_name} was interrupted, but there are no interrupts")
    for number, interrupt in enumerate(interrupts, 1):
        value = getattr(interrupt, "value", None)
        if not isinstance(value, Mapping):
            raise RuntimeError(
                f"Interrupt {number} of {capability_name} is malformed: its value must be an "
                f"object, not {_described(value)}"
            )


def _request(parts: list[str], yes: str, no: str, payload: dict[str, Any]) -> dict[str, Any]:
    closing = f"**Your answer**\n- **yes**: {yes}\n- **no**: {no}"
    return {
        "user_message": "\n\n".join([*filter(None, parts), closing]),
        "resume_payload": payload,
    }


def _check(values: Mapping[str, Any], **kinds: type) -> None:
    for name, kind in kinds.items():
        accepted = {"dict": Mapping, "list": (list, tuple), "str": str}[kind.__name__]
        if not isinstance(values[name], accepted):  # type: ignore[arg-type]
            what = {"dict": "an object", "list": "a list", "str": "text"}[kind.__name__]
            raise InvalidApprovalError(f"{name} must be {what}, not {_described(values[name])}")


def _check_payload(payload: Any) -> None:
    if not isinstance(payload, dict):
        raise InvalidApprovalError(f"approved_payload must be an object, not {_described(payload)}")
    if "approval_type" not in payload:
        raise InvalidApprovalError("approved_payload lacks the required field approval_type")
    kind = payload["approval_type"]
    if not isinstance(kind, str) or not kind.strip():
        raise InvalidApprovalError(f"approval_type must be non-empty text, not {_described(kind)}")


def _described(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f"the text {value!r}" if isinstance(value, str) else f"{type(value).__name__} {value!r}"


# Payload text must neither escape its place in a message nor hide there.


def _line(text: str) -> str:
    """Text for one line of Markdown: line breaks become spaces, and nothing is markup."""
    text = re.sub(r"[\\`*\[\]<>~|&]", r"\\\g<0>", " ".join(text.split()))
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = re.sub(r"^[#+=-]", r"\\\g<0>", text)
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", text)


def _code(text: str) -> str:
    """Text within a line, as code."""
    fence = "`" * (_longest_run(text) + 1)
    padding = " " if re.search(r"^[` ]|[` ]$", text) else ""
    return f"{fence}{padding}{' '.join(text.split())}{padding}{fence}"


def _block(text: str, language: str = "") -> str:
    """A code block whose fence is longer than any in the text."""
    fence = "`" * max(3, _longest_run(text) + 1)
    body = text if text == "" or text.endswith("\n") else f"{text}\n"
    return f"{_warning(text)}{fence}{language}\n{body}{fence}"


def _link(label: str, address: str) -> str:
    """A link if the address is an http or https URL, otherwise the address as code."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s<>]", address):
        return f"{label}: {_code(address)}"
    return f"[{label}](<{address}>)"


def _warning(text: str) -> str:
    found = sorted({f"U+{ord(character):04X}" for character in DECEPTIVE.findall(text)})
    if not found:
        return ""
    what = "invisible or direction-changing characters"
    return f"**Careful:** the text below contains {what}: {', '.join(found)}\n\n"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
