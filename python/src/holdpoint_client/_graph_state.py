"""What the state of a LangGraph thread says about its nodes and tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

End = Literal["ended", "interrupted", "failed", "unknown"]

INNER_CHANNELS = {"__interrupt__", "__resume__", "__error__", "__scheduled__"}
"""Channels that say nothing about what a node returned."""


@dataclass(frozen=True)
class Place:
    """Where an interrupt comes from: the name and the run of its node, the namespace of its graph,
    and whether the node got an input of its own with `Send`.
    """

    node: str = "interrupt"
    task: str = ""
    namespace: str = ""
    is_sent: bool = False


@dataclass(frozen=True)
class RunEnd:
    """How far the graph got after it was resumed with a decision."""

    graph: Literal["ended", "interrupted", "failed"]
    node: End
    """The run of the node that asked; `unknown` if it was under way when the graph failed."""
    snapshot: Any
    error: BaseException | None = None
    """What the graph raised, if it failed."""
    tool_errors: Mapping[str, str] = field(default_factory=dict)
    """What tool calls raised, by their IDs, if the graph failed."""


def places_of(snapshot: Any) -> dict[str, Place]:
    """Places by interrupt ID. With nested graphs it is the innermost node."""
    namespace = (snapshot.config.get("configurable") or {}).get("checkpoint_ns", "")
    places: dict[str, Place] = {}
    for task in snapshot.tasks:
        is_sent = tuple(task.path)[:1] == ("__pregel_push",)
        place = Place(task.name, task.id, namespace, is_sent)
        places |= {interrupt.id: place for interrupt in task.interrupts}
        if hasattr(task.state, "tasks"):
            places |= places_of(task.state)
    return places


def messages_in(snapshot: Any) -> list[Any]:
    """The messages in the state of a graph and of those within it, with those of a step that has
    not ended.
    """
    found: list[Any] = []
    for written in [snapshot.values, *(task.result for task in snapshot.tasks)]:
        messages = written.get("messages") if isinstance(written, Mapping) else None
        if messages is not None:
            found += messages if isinstance(messages, list) else [messages]
    for task in snapshot.tasks:
        if hasattr(task.state, "tasks"):
            found += messages_in(task.state)
    return found


def concurrent_calls(graph: Any, place: Place, snapshot: Any) -> int:
    """How many tool calls the node of an interrupt runs at the same time; 0 if it is no ToolNode.

    If several of them call `interrupt`, LangGraph gives the answer to whichever asks first when the
    node runs again, so a tool could run with the approval of another one.
    """
    if place.is_sent or not _is_tool_node(_graph_at(graph, place.namespace), place.node):
        return 0
    calls = [calls for message in messages_in(snapshot) if (calls := _calls_of(message))]
    return len(calls[-1]) if calls else 0


def _graph_at(graph: Any, namespace: str) -> Any:
    """A graph within another one is named by the nodes that it is in."""
    if not namespace:
        return graph
    name = "|".join(part.split(":", 1)[0] for part in namespace.split("|"))
    return dict(graph.get_subgraphs(recurse=True)).get(name)


def _is_tool_node(graph: Any, name: str) -> bool:
    return _holds_tool_node(getattr(getattr(graph, "nodes", {}).get(name), "bound", None), [])


def _holds_tool_node(part: Any, seen: list[Any]) -> bool:
    """Also one with a configuration, retries or fallbacks, or in a sequence."""
    if isinstance(part, (list, tuple)):
        return any(_holds_tool_node(one, seen) for one in part)
    kinds = {kind.__name__ for kind in type(part).__mro__}
    if "Runnable" not in kinds or any(part is one for one in seen):
        return False
    seen.append(part)
    return "ToolNode" in kinds or any(_holds_tool_node(one, seen) for one in vars(part).values())


def _calls_of(message: Any) -> Any:
    if isinstance(message, Mapping):
        return message.get("tool_calls")
    return getattr(message, "tool_calls", None)


def node_end_after(error: BaseException, task: str, latest: Any) -> End:
    """Whether a node had ended when its graph raised `error`. Its writes are in the latest
    checkpoint of its graph until that continues with the next nodes.
    """
    if latest is None or not task:
        return "unknown"
    writes = [(channel, value) for id, channel, value in latest.pending_writes or () if id == task]
    if not writes or any(channel not in INNER_CHANNELS for channel, _ in writes):
        return "ended"
    # An error of an earlier attempt is still there while the node runs again.
    errors = [_text_of(value) for channel, value in writes if channel == "__error__"]
    return "failed" if repr(error) in errors else "unknown"


def tool_errors_in(snapshot: Any, latest: Any) -> dict[str, str]:
    """What tool calls raised in the latest step, by their IDs. An agent sends each call to a task
    of its own: the checkpoint holds what was sent, and the tasks hold the errors.
    """
    sent = latest.checkpoint["channel_values"].get("__pregel_tasks") or [] if latest else []
    errors: dict[str, str] = {}
    for task in snapshot.tasks:
        if task.error is None or task.path[0] != "__pregel_push":
            continue
        at = task.path[1]
        is_sent = isinstance(at, int) and at < len(sent)
        call = _call_of(sent[at].arg) if is_sent else None
        if call is not None:
            errors[call] = _text_of(task.error)
    return errors


def _call_of(sent: Any) -> str | None:
    """The ID of the tool call that was sent to a task, in either form of LangChain."""
    call = sent.get("tool_call") if isinstance(sent, Mapping) else sent
    if isinstance(call, list):
        call = call[0] if len(call) == 1 else None
    id = call.get("id") if isinstance(call, Mapping) else None
    return id if isinstance(id, str) else None


def _text_of(error: Any) -> str:
    """A checkpoint holds the `repr` of what was raised."""
    return error if isinstance(error, str) else repr(error)
