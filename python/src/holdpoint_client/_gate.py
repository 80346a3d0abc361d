"""The decorator that makes a function wait for approval."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from ._arguments import Arguments
from ._connection import Connection
from ._json import exact
from .errors import InputIssue, InvalidInputError
from .outcomes import NotApproved

P = ParamSpec("P")
R = TypeVar("R")


class Gate:
    def __init__(
        self,
        connection: Connection,
        *,
        execution: str | Callable[..., str],
        node: str | None,
        needs_review: Callable[..., bool] | None,
        instructions: str | Callable[..., str] | None,
        summary: Callable[..., dict[str, Any]],
        call: str | Callable[..., str | None] | None,
        otherwise: Callable[[NotApproved], Any] | None,
        step: dict[str, Any],
    ) -> None:
        self._connection = connection
        self._execution = execution
        self._node = node
        self._instructions = instructions
        self._summary = summary
        self._call = call
        self._step = step
        self.needs_review = needs_review
        self.otherwise = otherwise

    def wrap(self, function: Callable[P, R]) -> Callable[P, R]:
        name = getattr(function, "__name__", "<lambda>") if self._node is None else self._node
        if name == "<lambda>":
            message = "must be given where the function has no name"
            raise InvalidInputError([InputIssue("node", message)])
        arguments = Arguments(function, sys._getframe(1).f_locals)
        if inspect.iscoroutinefunction(function):
            from ._async.gated import call_gated as call_async

            @functools.wraps(function)
            async def gated_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                return await call_async(self._connection, self, function, arguments, args, kwargs)

            return cast("Callable[P, R]", gated_async)

        from ._sync.gated import call_gated

        @functools.wraps(function)
        def gated(*args: P.args, **kwargs: P.kwargs) -> R:
            return cast(R, call_gated(self._connection, self, function, arguments, args, kwargs))

        return gated

    def review_of(
        self,
        function: Callable[..., Any],
        arguments: Arguments,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> dict[str, Any]:
        """How `review` is called for a call of the function."""

        def made(option: Any) -> Any:
            return option(*args, **kwargs) if callable(option) else option

        return {
            **self._step,
            # A copy: the caller may change the arguments before the review is requested again.
            "payload": exact(arguments.payload(args, kwargs), "payload"),
            "execution": made(self._execution),
            "node": function.__name__ if self._node is None else self._node,
            "instructions": made(self._instructions),
            **self._summary(*args, **kwargs),
            "call": made(self._call),
        }
