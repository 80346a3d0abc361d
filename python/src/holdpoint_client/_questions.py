"""What an interrupted LangGraph thread asks, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import HoldpointError
from .outcomes import NotApproved

MAX_INSTRUCTIONS_CHARACTERS = 100_000
"""The limit of the service."""


class AlreadyResumedError(HoldpointError):
    """The decisions are already claimed: another worker resumes this thread, or crashed while it
    did. Nothing was resumed here.
    """

    def __init__(self, node_exec_id: str) -> None:
        super().__init__(
            f"Review {node_exec_id} was already used to resume this thread: another worker is "
            "resuming it, or crashed. If no other worker can be alive, set take_over"
        )
        self.node_exec_id = node_exec_id


class NotDecidedError(HoldpointError):
    """There is no decision to resume with, e.g. because nobody decided within the timeout."""

    def __init__(self, outcome: NotApproved) -> None:
        said = f", {outcome.message}" if outcome.message else ""
        super().__init__(f"Review {outcome.node_exec_id} has no decision: {outcome.status}{said}")
        self.outcome = outcome


class UnanswerableError(HoldpointError):
    """An interrupt accepts no answer, or none of the edits. Nothing was resumed."""


@dataclass(frozen=True)
class Decided:
    """The decision on one question."""

    node_exec_id: str
    approved: bool
    data: Any
    """If approved, what to act on: the requested payload or the reviewer's edit."""
    edited: bool
    message: str
    is_consumed: bool = False
    """Claimed by a worker that has crashed; this one takes over."""


@dataclass(frozen=True)
class Question:
    """A question that becomes one review."""

    node: str
    payload: Any
    instructions: str | None = None
    editable: bool = True
    refusal: Callable[[Any], str | None] = lambda data: None
    """Why the graph must not get this edit; None if it may."""


@dataclass(frozen=True)
class Asking:
    """An interrupt with its questions."""

    interrupt: Any
    questions: Sequence[Question]
    answer: Callable[[Sequence[Decided]], Any]


Answer = Callable[[Decided, Any], Any]


def asking_of(interrupt: Any, node: str, answer: Answer | None) -> Asking:
    value = interrupt.value
    if isinstance(value, Mapping):
        if isinstance(value.get("user_message"), str) and _type_of(value.get("resume_payload")):
            return _approval(interrupt, value)
        if value.get("type") == "tool_approval":
            question = _tool_question(value, ["approve", "edit", "reject"])
            return Asking(interrupt, [question], lambda decided: _tool_answer(decided[0], True))
        if value.get("action_requests") and "review_configs" in value:
            return _tool_batch(interrupt, value)
    return _raw(interrupt, node, answer)


def _type_of(payload: Any) -> str | None:
    kind = payload.get("approval_type") if isinstance(payload, Mapping) else None
    return kind if isinstance(kind, str) and kind.strip() else None


def _approval(interrupt: Any, value: Mapping[str, Any]) -> Asking:
    """A request of compat.approval_system."""
    payload = value["resume_payload"]
    message = value["user_message"]
    kind = _type_of(payload)
    assert kind is not None

    def refusal(data: Any) -> str | None:
        return None if _type_of(data) == kind else f"approval_type must stay {kind!r}"

    def answer(decided: Sequence[Decided]) -> dict[str, Any]:
        (one,) = decided
        payload = one.data if one.approved else None
        return {"approval_approved": one.approved, "approved_payload": payload}

    question = Question(kind, payload, message, True, refusal)
    return Asking(interrupt, [question], answer)


def _tool_batch(interrupt: Any, value: Mapping[str, Any]) -> Asking:
    """The tool calls of one model message, which LangChain's human-in-the-loop middleware asks for.
    They are answered together, by position.
    """
    configs = {config["action_name"]: config for config in value["review_configs"]}
    allowed = [
        configs.get(action["name"], {}).get("allowed_decisions", ["approve", "edit", "reject"])
        for action in value["action_requests"]
    ]
    questions = [
        _tool_question(action, decisions)
        for action, decisions in zip(value["action_requests"], allowed, strict=True)
    ]

    def answer(decided: Sequence[Decided]) -> dict[str, Any]:
        pairs = zip(decided, allowed, strict=True)
        return {"decisions": [_tool_answer(one, "approve" in may) for one, may in pairs]}

    return Asking(interrupt, questions, answer)


def _tool_question(action: Mapping[str, Any], allowed: Sequence[str]) -> Question:
    name = action["name"]
    if "reject" not in allowed:
        raise UnanswerableError(f"{name} cannot be answered: it cannot be rejected")
    if "approve" not in allowed and "edit" not in allowed:
        raise UnanswerableError(f"{name} cannot be answered: it can neither be approved nor edited")

    def refusal(data: Any) -> str | None:
        if not isinstance(data, dict) or data.keys() != {"name", "args"}:
            return "an edit must have a name and args, and nothing else"
        if data["name"] != name:
            return f"the tool must stay {name}: only its args can be edited"
        return None if isinstance(data["args"], dict) else "args must be an object"

    payload = {"name": name, "args": action["args"]}
    return Question(name, payload, action.get("description"), "edit" in allowed, refusal)


def _tool_answer(decided: Decided, may_approve: bool) -> dict[str, Any]:
    if not decided.approved:
        said = {"message": decided.message} if decided.message else {}
        return {"type": "reject", **said}
    # If only edits are allowed, an unchanged approval is sent as an edit that changes nothing.
    if decided.edited or not may_approve:
        return {"type": "edit", "edited_action": decided.data}
    return {"type": "approve"}


def _raw(interrupt: Any, node: str, answer: Answer | None) -> Asking:
    """Any other interrupt: its value is reviewed."""
    payload = interrupt.value
    schema = getattr(interrupt, "response_schema", None)
    is_yes_or_no = answer is None and isinstance(schema, dict) and schema.get("type") == "boolean"

    def refusal(data: Any) -> str | None:
        if _shape(data) != _shape(payload):
            return f"must stay {_shape(payload)}, and became {_shape(data)}"
        return None

    def answered(decided: Sequence[Decided]) -> Any:
        (one,) = decided
        if answer is not None:
            return answer(one, interrupt)
        if is_yes_or_no:
            return one.approved
        data = one.data if one.approved else None
        return {"approved": one.approved, "data": data, "message": one.message}

    # A node that takes only a yes or no would ignore an edit.
    question = Question(node, payload, None, not is_yes_or_no, refusal)
    return Asking(interrupt, [question], answered)


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None or isinstance(value, bool):
        return str(value) if value is None else "true or false"
    return "text" if isinstance(value, str) else "a number"


def nodes_of(snapshot: Any) -> dict[str, str]:
    """Node names by interrupt ID. With nested graphs it is the innermost node."""
    nodes: dict[str, str] = {}
    for task in snapshot.tasks:
        nodes |= {interrupt.id: task.name for interrupt in task.interrupts}
        if hasattr(task.state, "tasks"):
            nodes |= nodes_of(task.state)
    return nodes
