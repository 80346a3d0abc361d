from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._arguments import Arguments
from .._connection import Connection
from .._gate import Gate
from .._returned import Awaitable
from ..errors import NotApprovedError
from .client import AsyncHoldpoint


async def call_gated(
    connection: Connection,
    gate: Gate,
    function: Callable[..., Awaitable[Any]],
    arguments: Arguments,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """One call of a gated function."""
    args, kwargs = arguments.complete(args, kwargs)
    if gate.needs_review is not None and gate.needs_review(*args, **kwargs) is False:
        return await function(*args, **kwargs)
    client = AsyncHoldpoint._of(connection)
    given = args
    answer = await client._approved(
        gate.review_of(function, arguments, args, kwargs),
        lambda outcome: arguments.restore(outcome.payload, given),
    )
    if isinstance(answer, tuple):
        outcome, (approved_args, approved_kwargs) = answer
        return await client._run_and_report(
            outcome.node_exec_id, function, *approved_args, **approved_kwargs
        )
    if gate.otherwise is None:
        raise NotApprovedError(answer)
    return gate.otherwise(answer)
