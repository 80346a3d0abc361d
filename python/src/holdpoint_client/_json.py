"""JSON values: what can be sent exactly, and digests."""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
import math
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from .errors import InputIssue, InvalidInputError

MAX_ISSUES = 20
MAX_NESTING = 256
MAX_SAFE_INTEGER = 2**53 - 1


class Unset(enum.Enum):
    """The default of values for which None has a meaning of its own."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset.UNSET


class Input:
    """Base of the API's input objects. Members that are absent are not sent."""


def exact(value: Any, path: str) -> Any:
    """A copy of a value in plain JSON types.

    Raises InvalidInputError with the path of each part that JSON would change or cannot hold.
    """
    issues: list[InputIssue] = []
    copied = _copy(value, path, issues, ())
    if issues:
        raise InvalidInputError(issues)
    return copied


def _copy(value: Any, path: str, issues: list[InputIssue], parents: tuple[int, ...]) -> Any:
    kind = type(value)
    if value is None or kind is bool:
        return value
    problem: str | None = None
    if kind is str:
        problem = _text_problem(value, "text")
    elif kind is int:
        if abs(value) > MAX_SAFE_INTEGER:
            problem = "an integer beyond ±9007199254740991 is not exact everywhere: send it as text"
    elif kind is float:
        if not math.isfinite(value):
            problem = f"{value} has no JSON form"
    elif isinstance(value, (dict, list, tuple)):
        if id(value) in parents:
            problem = "it contains itself: a cycle has no JSON form"
        elif len(parents) >= MAX_NESTING:
            problem = f"nested deeper than {MAX_NESTING} levels"
        elif isinstance(value, dict):
            return _copy_dict(value, path, issues, (*parents, id(value)))
        else:
            inner = (*parents, id(value))
            return [_copy(v, _join(path, str(i)), issues, inner) for i, v in enumerate(value)]
    else:
        problem = _foreign(value)
    if problem is not None and len(issues) < MAX_ISSUES:
        issues.append(InputIssue(path, problem))
    return value


def _copy_dict(
    value: dict[Any, Any], path: str, issues: list[InputIssue], parents: tuple[int, ...]
) -> dict[str, Any]:
    copied: dict[str, Any] = {}
    for key, member in value.items():
        if type(key) is not str:
            problem: str | None = f"the key {key!r} is not text"
        else:
            problem = _text_problem(key, "key")
        if problem is None:
            copied[key] = _copy(member, _join(path, key), issues, parents)
        elif len(issues) < MAX_ISSUES:
            issues.append(InputIssue(path, problem))
    return copied


def _text_problem(text: str, what: str) -> str | None:
    if "\0" in text:
        return f"the {what} contains NUL (U+0000), which cannot be stored"
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"the {what} contains half of a surrogate pair"
    return None


def _foreign(value: Any) -> str:
    name = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    if isinstance(value, (datetime, date, time)):
        return f"a {name} is not JSON: send its isoformat()"
    if isinstance(value, enum.Enum):
        return f"{value!r} is not JSON: send its value"
    if isinstance(value, Decimal):
        return "a Decimal has no exact JSON form: send it as text"
    return f"an object of type {name} is not JSON: send dict, list, str, int, float, bool or None"


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def variables_of(variables: dict[str, Any]) -> dict[str, Any]:
    """The variables of a request, exact, without members that are absent."""
    return {k: exact(v, k) for k, v in _present(variables).items()}


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _sent(value, name)
        for name, value in members.items()
        if value is not UNSET and (value is not None or name in _NULLABLE)
    }


_NULLABLE = {"answer", "payload", "inputData"}
"""Members of type JSON, for which null is a value."""


def _sent(value: Any, name: str) -> Any:
    if name in _NULLABLE:
        return value
    if isinstance(value, datetime):
        return rfc3339(value, name)
    if isinstance(value, Input):
        fields = dataclasses.fields(value)  # type: ignore[arg-type]
        return _present({camel(field.name): getattr(value, field.name) for field in fields})
    if isinstance(value, dict):
        return _present(value)
    if isinstance(value, (list, tuple)):
        return [_sent(item, name) for item in value]
    return value


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def rfc3339(value: datetime, path: str) -> str:
    if value.tzinfo is None:
        raise InvalidInputError([InputIssue(path, "must have a time zone, e.g. datetime.now(UTC)")])
    return value.astimezone(timezone.utc).isoformat(timespec="milliseconds")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def to_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def payload_digest(payload: Any) -> str:
    """The digest of a payload, as in `Review.payload_digest`: `sha256:` and 64 hex digits of its
    canonical JSON (RFC 8785). The order of keys does not matter.

    Raises InvalidInputError with the path of each part that has no exact JSON form.
    """
    import rfc8785

    return f"sha256:{hashlib.sha256(rfc8785.dumps(exact(payload, 'payload'))).hexdigest()}"


def is_other_json(one: Any, other: Any) -> bool:
    """Whether two values differ as JSON: in Python, True equals 1."""
    return payload_digest(one) != payload_digest(other)
