"""What an interrupted LangGraph thread asks, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ._graph_state import Place, RunEnd, messages_in
from ._json_schema import schema_issue
from ._storable import storable
from .errors import HoldpointError
from .outcomes import NotApproved

MAX_INSTRUCTIONS_CHARACTERS = 100_000
"""The limit of the service."""
MAX_DETAIL_CHARACTERS = 2_000
PASSED_ON = "Passed on to the model, which may ask for another call."
"""A comment by which a worker claims a request for changes, which nobody can mark as processed."""
CHANGES_REQUESTED = "This call was not approved and has not run. The reviewer asks for changes:"
"""What the model is told: it must not take this for the result of the tool."""
MIDDLEWARE_NODE = "HumanInTheLoopMiddleware.after_model"
"""The name that LangChain gives to the node of its middleware."""


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
    """Whether it is not what was asked for."""
    message: str
    is_consumed: bool = False
    """Claimed by a worker that has crashed; this one takes over."""
    reply: str | None = None
    """What the model gets in place of a result, if the reviewer neither approved nor rejected."""
    is_revisable: bool = False
    """Changes were requested: the review can still be revised."""


class Report(NamedTuple):
    """The result of acting on an approval."""

    outcome: str
    detail: str | None = None


@dataclass(frozen=True)
class Question:
    """A question that becomes one review."""

    node: str
    payload: Any
    instructions: str | None = None
    editable: bool = True
    refusal: Callable[[Decided], str | None] = lambda decided: None
    """Why the graph must not get this decision; None if it may."""
    answer_schema: Mapping[str, Any] | None = None
    """The schema of the answer, if the reviewer answers in place of the tool."""
    takes_reply: bool = False
    """Whether the graph takes a reply in place of an approval."""


OutcomeOf = Callable[[int, Sequence[Decided], RunEnd], "Report | None"]


def outcome_of_node(at: int, decided: Sequence[Decided], end: RunEnd) -> Report | None:
    """For an approval that its node acts on: known once the node has ended or raised."""
    if end.node == "ended":
        return Report("EXECUTED")
    if end.node != "failed":
        return None
    return Report("FAILED", detail_of(f"{type(end.error).__name__}: {end.error}"))


@dataclass(frozen=True)
class Asking:
    """An interrupt with its questions."""

    interrupt: Any
    place: Place
    questions: Sequence[Question]
    answer: Callable[[Sequence[Decided]], Any]
    outcome: OutcomeOf = outcome_of_node
    """What is known about acting on the approval of the question at this place; None if nothing."""


Answer = Callable[[Decided, Any], Any]


def detail_of(text: str) -> str:
    """A text for the detail of an outcome, cut if it is long."""
    return storable(text[:MAX_DETAIL_CHARACTERS])


def instructions_of(text: Any) -> str | None:
    """A text from the graph as the instructions of a review. One that is too long is left out: it
    describes the payload, which the reviewer sees anyway.
    """
    if not isinstance(text, str):
        return None
    text = storable(text)
    # The service counts UTF-16 code units.
    return text if len(text.encode("utf-16-le")) // 2 <= MAX_INSTRUCTIONS_CHARACTERS else None


def _as_asked(payload: Any) -> Decided:
    return Decided("", True, payload, False, "")


def check_answerable(question: Question) -> None:
    if question.answer_schema is not None:
        return
    rejection = Decided("", False, None, False, "")
    for decided in (_as_asked(question.payload), rejection):
        refusal = question.refusal(decided)
        if refusal is not None:
            raise UnanswerableError(f"{question.node} cannot be answered: {refusal}")


def asking_of(interrupt: Any, place: Place, answer: Answer | None, snapshot: Any) -> Asking:
    value = interrupt.value
    if isinstance(value, Mapping):
        if isinstance(value.get("user_message"), str) and _type_of(value.get("resume_payload")):
            return _approval(interrupt, place, value)
        if value.get("type") == "tool_approval":
            rules = _rules_in(interrupt)
            question = _tool_question(value, rules)
            return Asking(
                interrupt, place, [question], lambda decided: _tool_answer(decided[0], rules)
            )
        if value.get("action_requests") and "review_configs" in value:
            return _tool_batch(interrupt, place, value, snapshot)
    return _raw(interrupt, place, answer)


def _type_of(payload: Any) -> str | None:
    kind = payload.get("approval_type") if isinstance(payload, Mapping) else None
    return kind if isinstance(kind, str) and kind.strip() else None


def _approval(interrupt: Any, place: Place, value: Mapping[str, Any]) -> Asking:
    """A request of compat.approval_system."""
    payload = value["resume_payload"]
    kind = _type_of(payload)
    assert kind is not None

    def refusal(decided: Decided) -> str | None:
        is_kept = not decided.approved or _type_of(decided.data) == kind
        return None if is_kept else f"approval_type must stay {kind!r}"

    def answer(decided: Sequence[Decided]) -> dict[str, Any]:
        (one,) = decided
        payload = one.data if one.approved else None
        return {"approval_approved": one.approved, "approved_payload": payload}

    instructions = instructions_of(value["user_message"])
    question = Question(kind, payload, instructions, True, refusal)
    return Asking(interrupt, place, [question], answer)


def _tool_batch(interrupt: Any, place: Place, value: Mapping[str, Any], snapshot: Any) -> Asking:
    """The tool calls of one model message, which LangChain's human-in-the-loop middleware asks for.
    They are answered together, by position. Nodes of the user's own can ask in the same form.
    """
    actions = value["action_requests"]
    configs = {config["action_name"]: config for config in value["review_configs"]}
    rules = [configs.get(action["name"], {}) for action in actions]
    questions = [_tool_question(*pair) for pair in zip(actions, rules, strict=True)]

    def answer(decided: Sequence[Decided]) -> dict[str, Any]:
        return {"decisions": [_tool_answer(*pair) for pair in zip(decided, rules, strict=True)]}

    outcome = _tool_outcomes(actions, place, snapshot)
    return Asking(interrupt, place, questions, answer, outcome)


def _tool_outcomes(actions: Sequence[Any], place: Place, snapshot: Any) -> OutcomeOf:
    """What is known about the tool calls of one interrupt. The result of a tool call is a message
    in the state, and what it raised is an error of its task. Without either, it depends on who
    asked: LangChain's middleware leaves the calls to later nodes, and what any other node does with
    half a batch is not known.
    """
    call_ids = _call_ids_of(actions, snapshot)

    def outcome(at: int, decided: Sequence[Decided], end: RunEnd) -> Report | None:
        call_id = call_ids[at]
        if call_id is not None:
            for message in messages_in(end.snapshot):
                if _get(message, "tool_call_id") != call_id:
                    continue
                if _get(message, "status") == "error":
                    return Report("FAILED", detail_of(str(_get(message, "content"))))
                return Report("EXECUTED")
            if call_id in end.tool_errors:
                return Report("FAILED", detail_of(end.tool_errors[call_id]))
        if place.node == MIDDLEWARE_NODE:
            # The messages of a graph within another may be gone.
            return Report("EXECUTED") if end.graph == "ended" and call_id is None else None
        is_rejected = not all(one.approved for one in decided)
        is_partial = is_rejected or (end.node == "failed" and len(actions) > 1)
        return None if is_partial else outcome_of_node(at, decided, end)

    return outcome


def _call_ids_of(actions: Sequence[Any], snapshot: Any) -> list[str | None]:
    """The IDs of the tool calls, which the interrupt lacks: those of the latest equal calls."""
    messages = messages_in(snapshot)
    # Some models use an ID again, and then there is a result of an earlier call.
    used = {_get(message, "tool_call_id") for message in messages}
    calls = [call for one in reversed(messages) for call in _get(one, "tool_calls") or ()]
    ids: list[str | None] = []
    for action in actions:
        equal = (c for c in calls if (c["name"], c["args"]) == (action["name"], action["args"]))
        found = next(equal, None)
        if found is not None:
            calls.remove(found)
        id = found.get("id") if found is not None else None
        ids.append(id if isinstance(id, str) and id not in used else None)
    return ids


def _get(message: Any, name: str) -> Any:
    return message.get(name) if isinstance(message, Mapping) else getattr(message, name, None)


def _rules_in(interrupt: Any) -> dict[str, Any]:
    """The decisions that the interrupt of one tool call accepts, by its schema."""
    if getattr(interrupt, "response_schema", None) is None:
        return {}
    call = {"name": interrupt.value["name"], "args": interrupt.value["args"]}
    examples: list[dict[str, Any]] = [
        {"type": "approve"},
        {"type": "edit", "edited_action": call},
        {"type": "reject", "message": "No"},
        {"type": "respond", "message": "No"},
    ]
    fitting = [one["type"] for one in examples if _misfit(interrupt, one) is None]
    return {"allowed_decisions": fitting}


def _allows(rules: Mapping[str, Any], decision: str) -> bool:
    return decision in rules.get("allowed_decisions", ("approve", "edit", "reject"))


def _tool_question(action: Mapping[str, Any], rules: Mapping[str, Any]) -> Question:
    name = action["name"]

    def refusal(decided: Decided) -> str | None:
        if not decided.approved:
            may = _allows(rules, "reject") or _allows(rules, "respond")
            return None if may else "it cannot be rejected"
        if not decided.edited:
            may = _allows(rules, "approve") or _allows(rules, "edit")
            return None if may else "it can neither be approved nor edited"
        data = decided.data
        if not isinstance(data, dict) or data.keys() != {"name", "args"}:
            return "an edit must have a name and args, and nothing else"
        if data["name"] != name:
            return f"the tool must stay {name}: only its args can be edited"
        if not isinstance(data["args"], dict):
            return "args must be an object"
        schema = rules.get("args_schema")
        issue = None if schema is None else schema_issue(schema, data["args"])
        return issue and f"args {issue}"

    payload = {"name": name, "args": action["args"]}
    instructions = instructions_of(action.get("description"))
    editable = _allows(rules, "edit")
    takes_reply = _allows(rules, "respond")
    # A tool that a person stands in for can only be responded to.
    is_answered = takes_reply and not editable and not _allows(rules, "approve")
    schema = {"type": "string"} if is_answered else None
    return Question(name, payload, instructions, editable, refusal, schema, takes_reply)


def _tool_answer(decided: Decided, rules: Mapping[str, Any]) -> dict[str, Any]:
    if decided.reply is not None:
        return {"type": "respond", "message": decided.reply}
    if not decided.approved and not _allows(rules, "reject"):
        text = f"The reviewer rejected this call, and it has not run. {decided.message}"
        return {"type": "respond", "message": text.strip()}
    if not decided.approved:
        said = {"message": decided.message} if decided.message else {}
        return {"type": "reject", **said}
    # If only edits are allowed, an unchanged approval is sent as an edit that changes nothing.
    if decided.edited or not _allows(rules, "approve"):
        return {"type": "edit", "edited_action": decided.data}
    return {"type": "approve"}


def _raw(interrupt: Any, place: Place, given: Answer | None) -> Asking:
    """Any other interrupt: its value is reviewed."""
    payload = interrupt.value
    answer = given or _best_answer
    # A node that takes only a yes or no would ignore an edit.
    editable = given is not None or _best_answer(_as_asked(payload), interrupt) is not True

    def refusal(decided: Decided) -> str | None:
        if decided.edited and not editable:
            return "the node takes only a yes or no, so it would do what it asked for at first"
        if decided.edited and _shape(decided.data) != _shape(payload):
            return f"must stay {_shape(payload)}, and became {_shape(decided.data)}"
        try:
            return _misfit(interrupt, answer(decided, interrupt))
        except Exception as error:
            return str(error) or type(error).__name__

    question = Question(place.node, payload, None, editable, refusal)
    return Asking(interrupt, place, [question], lambda decided: answer(decided[0], interrupt))


def _best_answer(decided: Decided, interrupt: Any) -> Any:
    """A dict of `approved`, `data` and `message`, or, if the schema of the node does not accept
    that, the first of `approved` and `data`, a bool, and the data alone that it accepts.
    """
    example = replace(decided, data=interrupt.value) if decided.approved else decided
    forms = [_whole_answer, _pair, _yes_or_no]
    if decided.approved:  # A rejection is never sent as data.
        forms.append(_data_alone)
    fitting = (form for form in forms if _misfit(interrupt, form(example)) is None)
    return next(fitting, _whole_answer)(decided)


def _whole_answer(decided: Decided) -> Any:
    return {**_pair(decided), "message": decided.message}


def _pair(decided: Decided) -> Any:
    return {"approved": decided.approved, "data": decided.data if decided.approved else None}


def _yes_or_no(decided: Decided) -> Any:
    return decided.approved


def _data_alone(decided: Decided) -> Any:
    return decided.data


def _misfit(interrupt: Any, answer: Any) -> str | None:
    schema = getattr(interrupt, "response_schema", None)
    return None if schema is None else schema_issue(schema, answer)


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None or isinstance(value, bool):
        return str(value) if value is None else "true or false"
    return "text" if isinstance(value, str) else "a number"
