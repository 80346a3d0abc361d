"""Whether values fit the JSON Schemas of a graph."""

from __future__ import annotations

from typing import Any


def schema_issue(schema: Any, value: Any) -> str | None:
    """Why a value does not fit a JSON Schema, or the schema of a type; None if it does. Nothing
    fits an unreadable schema.
    """
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for
    from pydantic import TypeAdapter

    try:
        if not isinstance(schema, dict):
            schema = TypeAdapter(schema).json_schema()
        validator = validator_for(schema)
        validator.check_schema(schema)
        issue = best_match(validator(schema).iter_errors(value))
    except Exception as error:
        return f"cannot be checked, as its schema cannot be read ({error})"
    if issue is None:
        return None
    return f"{'.'.join(map(str, issue.absolute_path))} {issue.message}".strip()
