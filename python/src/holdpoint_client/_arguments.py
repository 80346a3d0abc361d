"""The arguments of a gated function as JSON, and back."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ._json import exact
from .errors import InputIssue, InvalidInputError

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError


class Arguments:
    """Converts the arguments of a function by its annotations, with pydantic."""

    def __init__(self, function: Callable[..., Any], names: dict[str, Any]) -> None:
        """names: those at the place where the function is defined, for its annotations."""
        self._function = function
        self._hints: dict[str, Any] | None = None
        with suppress(NameError):  # A type that is defined below the function.
            self._hints = typing.get_type_hints(function, localns=names, include_extras=True)
        self._signature = inspect.signature(function)
        self._names = list(self._signature.parameters)
        # The object of a method is not an argument that could be approved.
        self._receiver = self._names.pop(0) if self._names[:1] in (["self"], ["cls"]) else None

    @functools.cached_property
    def _adapters(self) -> dict[str, TypeAdapter[Any]]:
        """Made at the first call: pydantic takes a while to import."""
        from pydantic import PydanticUserError, TypeAdapter

        hints = self._hints
        if hints is None:
            hints = typing.get_type_hints(self._function, include_extras=True)
        adapters = {}
        for name in self._names:
            annotation = hints.get(name, Any)
            kind = self._signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                annotation = list[annotation]  # type: ignore[valid-type]
            elif kind is inspect.Parameter.VAR_KEYWORD:
                annotation = dict[str, annotation]  # type: ignore[valid-type]
            try:
                adapters[name] = TypeAdapter(annotation)
            except PydanticUserError as error:
                message = (
                    f"its type {annotation} has no JSON form. Pass it as self, or in a closure"
                )
                raise InvalidInputError([InputIssue(f"payload.{name}", message)]) from error
        return adapters

    def complete(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call with the defaults of those that are absent.

        Raises TypeError if the function cannot be called with them.
        """
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.args, bound.kwargs

    def payload(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """All arguments by name, as JSON.

        Raises InvalidInputError if they do not fit their annotations, or if JSON would change them.
        """
        bound = self._signature.bind(*args, **kwargs)
        payload: dict[str, Any] = {}
        for name, adapter in self._adapters.items():
            value = bound.arguments.get(name, {} if self._is_keywords(name) else ())
            if isinstance(value, tuple) and self._is_variadic(name):
                value = list(value)
            valid = _validate(adapter, value, name)
            if _holds_set(valid):
                # A retried call would have another ID.
                message = "a set has no order in JSON: pass a list"
                raise InvalidInputError([InputIssue(f"payload.{name}", message)])
            payload[name] = exact(_dump(adapter, valid, name), f"payload.{name}")
            if not _same(_validate(adapter, payload[name], name), valid):
                message = "JSON would change it. Annotate the parameter with its type"
                raise InvalidInputError([InputIssue(f"payload.{name}", message)])
        return payload

    def restore(
        self, approved: Any, args: tuple[Any, ...]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The approved arguments, validated by the annotations.

        Raises InvalidInputError.
        """
        if not isinstance(approved, Mapping):
            message = "what was approved is not an object with the arguments any more"
            raise InvalidInputError([InputIssue("payload", message)])
        issues = [
            InputIssue(f"payload.{name}", message)
            for names, message in (
                (self._adapters.keys() - approved.keys(), "is missing"),
                (approved.keys() - self._adapters.keys(), "is not an argument"),
            )
            for name in sorted(names)
        ]
        if issues:
            raise InvalidInputError(issues)
        bound = inspect.BoundArguments(self._signature, typing.cast(Any, {}))
        if self._receiver is not None:
            bound.arguments[self._receiver] = args[0]
        for name, adapter in self._adapters.items():
            bound.arguments[name] = _validate(adapter, approved[name], name)
        return bound.args, bound.kwargs

    def _is_keywords(self, name: str) -> bool:
        return self._signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD

    def _is_variadic(self, name: str) -> bool:
        return self._signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL


def parsed(parse: Any, value: Any) -> Any:
    """Validates what was approved, by a type or a function."""
    if not isinstance(parse, type) and typing.get_origin(parse) is None and callable(parse):
        return parse(value)
    from pydantic import TypeAdapter

    return _validate(TypeAdapter(parse), value, None)


def _validate(adapter: TypeAdapter[Any], value: Any, name: str | None) -> Any:
    from pydantic import ValidationError

    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise InvalidInputError(_issues(error, name)) from error


def _issues(error: ValidationError, name: str | None) -> list[InputIssue]:
    path = ["payload"] if name is None else ["payload", name]
    return [
        InputIssue(".".join([*path, *(str(step) for step in issue["loc"])]), issue["msg"])
        for issue in error.errors()
    ]


def _dump(adapter: TypeAdapter[Any], value: Any, name: str) -> Any:
    from pydantic_core import PydanticSerializationError

    try:
        return adapter.dump_python(value, mode="json", by_alias=True, warnings=False)
    except PydanticSerializationError as error:
        raise InvalidInputError([InputIssue(f"payload.{name}", str(error))]) from error


def _holds_set(value: Any) -> bool:
    if isinstance(value, (set, frozenset)):
        return True
    if isinstance(value, dict):
        return any(_holds_set(member) for member in value.values())
    if isinstance(value, (list, tuple)):
        return any(_holds_set(member) for member in value)
    # The fields of a model or dataclass.
    return hasattr(value, "__dict__") and any(_holds_set(m) for m in vars(value).values())


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:  # Some types, such as arrays, cannot say.
        return False
