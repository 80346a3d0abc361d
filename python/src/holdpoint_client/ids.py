"""IDs of steps. They are the same as in the TypeScript client."""

from __future__ import annotations

import secrets
from typing import Any

from ._json import payload_digest
from .errors import InputIssue, InvalidInputError

HASH_CHARACTERS = 32
MAX_NODE_CHARACTERS = 200
"""The service accepts 255, including hash and prefix."""


def copilot_session(session: str) -> str:
    """The run of a copilot session, which needs no workflow: `copilot-session-{session}`."""
    return f"copilot-session-{session}"


def copilot_node(block: str) -> str:
    """The node ID of a copilot block: `copilot-node-{block}`."""
    return f"copilot-node-{block}"


def copilot_step(block: str, run: str | None = None) -> str:
    """The ID of one run of a copilot block, with a random run by default."""
    run = secrets.token_hex(8) if run is None else run
    if ":" in run:  # The node is everything before the last colon.
        raise InvalidInputError([InputIssue("run", "must not contain a colon")])
    return f"{copilot_node(block)}:{run}"


def step_id(execution: str, node: str, arguments: Any, call: str | None = None) -> str:
    """Derives the ID of a step from its run, node and arguments, so that a retried step requests
    the same review. The order of keys does not matter.
    """
    if not 1 <= len(node) <= MAX_NODE_CHARACTERS:
        message = f"must have 1 to {MAX_NODE_CHARACTERS} characters"
        raise InvalidInputError([InputIssue("node", message)])
    digest = payload_digest([execution, node, arguments, call]).removeprefix("sha256:")
    return f"{_node_of(execution, node)}:{digest[:HASH_CHARACTERS]}"


def node_id_for(node_exec_id: str, execution: str, node: str) -> str:
    """The node ID that belongs to an ID: a copilot ID contains it."""
    return _node_of(execution, node) if node_exec_id.startswith("copilot-") else node


def _node_of(execution: str, node: str) -> str:
    """In a copilot session a plain name is the name of a block."""
    if execution.startswith("copilot-") and not node.startswith("copilot-"):
        return copilot_node(node)
    return node
