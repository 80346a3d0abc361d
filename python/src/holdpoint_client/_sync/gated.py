# Generated from ../_async/gated.py by scripts/generate.py.
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._arguments import Arguments
from .._connection import Connection
from .._gate import Gate
from .._returned import Returned
from ..errors import NotApprovedError
from ..outcomes import Approved, NotApproved
from .client import Holdpoint


def call_gated(
    connection: Connection,
    gate: Gate,
    function: Callable[..., Returned[Any]],
    arguments: Arguments,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """One call of a gated function."""
    args, kwargs = arguments.complete(args, kwargs)
    if gate.needs_review is not None and gate.needs_review(*args, **kwargs) is False:
        return function(*args, **kwargs)
    client = Holdpoint._of(connection)
    outcome = client.review(**gate.review_of(function, arguments, args, kwargs))
    refused: NotApproved | None
    if isinstance(outcome, Approved):
        approved_args, approved_kwargs = arguments.restore(outcome.payload, args)
        refused = client._consume(outcome)
        if refused is None:
            return client._run_and_report(
                outcome.node_exec_id, function, *approved_args, **approved_kwargs
            )
    else:
        refused = outcome
    if gate.otherwise is None:
        raise NotApprovedError(refused)
    return gate.otherwise(refused)
