"""Digests and IDs equal those of the TypeScript client, on the vectors that both suites share."""

from __future__ import annotations

import json
import struct
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import rfc8785
from conftest import ROOT, Team

from holdpoint_client import InvalidInputError, copilot_step, payload_digest, step_id

VECTORS = ROOT / "test/vectors"


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((VECTORS / name).read_text())  # type: ignore[no-any-return]


def test_digests_of_500_values() -> None:
    found = vectors("digests.json")
    assert len(found) == 500
    for vector in found:
        assert payload_digest(json.loads(vector["json"])) == vector["digest"], vector["json"]


def test_numbers_of_the_rfc() -> None:
    for vector in vectors("numbers.json"):
        (number,) = struct.unpack(">d", bytes.fromhex(vector["bits"]))
        assert rfc8785.dumps(number).decode() == vector["text"]


def test_step_ids() -> None:
    for vector in vectors("stepIds.json"):
        made = step_id(vector["execution"], vector["node"], vector["arguments"], vector["call"])
        assert made == vector["id"]


def test_equal_values_have_equal_digests() -> None:
    assert payload_digest({"a": 1.0, "b": -0.0}) == payload_digest({"b": 0, "a": 1})
    assert payload_digest([(1, 2)]) == payload_digest([[1, 2]])
    assert payload_digest(1) != payload_digest(True)


class Colour(Enum):
    RED = "red"


cycle: list[Any] = []
cycle.append(cycle)


@pytest.mark.parametrize(
    ("value", "path", "problem"),
    [
        ({"price": Decimal("1.10")}, "price", "a Decimal has no exact JSON form: send it as text"),
        ([2**53], "0", "beyond ±9007199254740991"),
        ({"a": [0, float("nan")]}, "a.1", "nan has no JSON form"),
        ({"a": float("inf")}, "a", "inf has no JSON form"),
        ({"a": "\ud800"}, "a", "half of a surrogate pair"),
        ({"a": {"\udc00": 1}}, "a", "half of a surrogate pair"),
        ({"a": "\0"}, "a", "NUL"),
        ({"at": datetime(2026, 1, 1)}, "at", "send its isoformat()"),
        ({"at": date(2026, 1, 1)}, "at", "send its isoformat()"),
        ({"a": {1, 2}}, "a", "an object of type set is not JSON"),
        ({"a": b"x"}, "a", "an object of type bytes is not JSON"),
        ({"a": {1: "x"}}, "a", "the key 1 is not text"),
        ({"a": Colour.RED}, "a", "send its value"),
        ({"a": cycle}, "a.0", "a cycle has no JSON form"),
    ],
)
def test_what_has_no_exact_json_form_is_refused_with_its_path_before_anything_is_sent(
    team: Team, value: Any, path: str, problem: str
) -> None:
    with pytest.raises(InvalidInputError) as digest_error:
        payload_digest(value)
    assert [issue.path for issue in digest_error.value.issues] == [f"payload.{path}"]
    assert problem in digest_error.value.issues[0].message
    with pytest.raises(InvalidInputError, match="payload"):
        team.agent.review(execution="run-1", node="pay", payload=value)
    assert team.reviews() == []


def test_a_run_of_a_copilot_block_holds_no_colon() -> None:
    assert copilot_step("a", "1") == "copilot-node-a:1"
    with pytest.raises(InvalidInputError, match="run: must not contain a colon"):
        copilot_step("a", "b:c")
    with pytest.raises(InvalidInputError, match="node: must have 1 to 200 characters"):
        step_id("run-1", "x" * 201, None)
