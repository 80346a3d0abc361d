"""Who has to approve a review, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ._types import ApprovalRequirementInput, EscalationStepInput
from .errors import InputIssue, InvalidInputError

# The limits of the service, which knows teams and people and checks more.
MAX_REQUIREMENTS = 5
MAX_COUNT = 10
MAX_ACTORS = 50
MAX_ACTOR_CHARACTERS = 255
MAX_STEPS = 10
TEAM_ID = re.compile(r"[a-z0-9-]{1,64}")
TIME = re.compile(r"([1-9][0-9]{0,8})([mhd])")
MINUTES = {"m": 1, "h": 60, "d": 1440}
MAX_MINUTES = 36_500 * MINUTES["d"]


def approvers_of(
    approvals_required: Sequence[ApprovalRequirementInput] | None,
    escalation: Sequence[EscalationStepInput] | None,
) -> dict[str, Any]:
    """The part of a request that says who has to approve it; a copy.

    Raises InvalidInputError with the path of each invalid value.
    """
    issues: list[InputIssue] = []
    required = _items("approvals_required", approvals_required, MAX_REQUIREMENTS, issues)
    for at, requirement in enumerate(required):
        path = f"approvals_required.{at}"
        if not isinstance(requirement, ApprovalRequirementInput):
            issues.append(InputIssue(path, "must be an ApprovalRequirementInput"))
            continue
        if requirement.team_id is not None:
            _check_team(f"{path}.team_id", requirement.team_id, issues)
        _check_actors(f"{path}.actors", requirement.actors, issues)
        if requirement.team_id is not None and requirement.actors:
            issues.append(InputIssue(path, "must name a team or actors, not both"))
        count = requirement.count
        if count is not None and not (type(count) is int and 1 <= count <= MAX_COUNT):
            issues.append(InputIssue(f"{path}.count", f"must be 1 to {MAX_COUNT}, not {count!r}"))
    steps = _items("escalation", escalation, MAX_STEPS, issues)
    last = 0
    for at, step in enumerate(steps):
        path = f"escalation.{at}"
        if not isinstance(step, EscalationStepInput):
            issues.append(InputIssue(path, "must be an EscalationStepInput"))
            continue
        minutes = _minutes(step.after)
        if minutes is None:
            text = f"must be a time such as 30m, 12h or 7d, not {step.after!r}"
            issues.append(InputIssue(f"{path}.after", text))
        else:
            if minutes <= last:
                issues.append(InputIssue(f"{path}.after", "must be later than the step before"))
            last = minutes
        for place, team in enumerate(step.team_ids or ()):
            _check_team(f"{path}.team_ids.{place}", team, issues)
        _check_actors(f"{path}.actors", step.actors, issues)
        if not (step.team_ids or step.actors):
            issues.append(InputIssue(path, "must name teams or actors"))
    if issues:
        raise InvalidInputError(issues)
    return {
        "approvalsRequired": [
            {
                "teamId": one.team_id,
                "actors": None if one.actors is None else list(one.actors),
                "count": one.count,
            }
            for one in required
        ]
        or None,
        "escalation": [
            {
                "after": one.after,
                "teamIds": None if one.team_ids is None else list(one.team_ids),
                "actors": None if one.actors is None else list(one.actors),
            }
            for one in steps
        ]
        or None,
    }


def _items(path: str, value: Any, most: int, issues: list[InputIssue]) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        issues.append(InputIssue(path, f"must be a list, not {type(value).__name__}"))
        return []
    if len(value) > most:
        issues.append(InputIssue(path, f"must contain at most {most}, not {len(value)}"))
        return []
    return list(value)


def _check_team(path: str, team: Any, issues: list[InputIssue]) -> None:
    if not (isinstance(team, str) and TEAM_ID.fullmatch(team)):
        text = f"must be 1 to 64 of a-z, 0-9 and hyphens, not {team!r}"
        issues.append(InputIssue(path, text))


def _check_actors(path: str, actors: Any, issues: list[InputIssue]) -> None:
    for at, actor in enumerate(_items(path, actors, MAX_ACTORS, issues)):
        if not (isinstance(actor, str) and 1 <= len(actor) <= MAX_ACTOR_CHARACTERS):
            text = f"must have 1 to {MAX_ACTOR_CHARACTERS} characters"
            issues.append(InputIssue(f"{path}.{at}", text))


def _minutes(text: Any) -> int | None:
    """The minutes of a time such as `30m`, `12h` or `7d`; None for what is none."""
    match = TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    minutes = int(match[1]) * MINUTES[match[2]]
    return minutes if minutes <= MAX_MINUTES else None
