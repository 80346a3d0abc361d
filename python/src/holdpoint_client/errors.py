"""The errors of the client. Whatever is raised, nothing has run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._types import ExecutionStatus, Policy, Review
    from .outcomes import NotApproved


class HoldpointError(Exception):
    """Base class of all errors that the client raises."""


class UnreachableError(HoldpointError):
    """The service could not be reached, or the connection broke. The request may have taken
    effect.
    """

    def __init__(self, url: str, reason: object) -> None:
        advice = "Start it, or correct its URL (HOLDPOINT_URL)"
        super().__init__(f"Holdpoint cannot be reached at {url} ({reason}). {advice}")


class RefusedError(HoldpointError):
    """The service answered with a GraphQL error and did nothing. An earlier attempt whose answer
    was lost may have taken effect.
    """

    code: str | None
    """`extensions.code`, such as UNAUTHENTICATED or FORBIDDEN."""
    retry_after: float | None
    """In how many seconds the service asks to try again."""

    def __init__(self, message: str, code: str | None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after


class IncompatibleError(RefusedError):
    """The server is not Holdpoint, or its API does not fit this client. Nothing was done."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "INCOMPATIBLE")


class NotApprovedError(HoldpointError):
    """The function was not run, because it is not approved."""

    outcome: NotApproved

    def __init__(self, outcome: NotApproved) -> None:
        said = f", {outcome.message}" if outcome.message else ""
        super().__init__(f"{outcome.node_exec_id} was not run: {outcome.status}{said}")
        self.outcome = outcome


# The error types of the API, one class each. After each of them nothing has changed.


@dataclass(frozen=True)
class InputIssue:
    """One invalid value."""

    path: str
    message: str


class InvalidInputError(HoldpointError):
    """The input is invalid, according to the service or before anything was sent."""

    issues: Sequence[InputIssue]

    def __init__(self, issues: Sequence[InputIssue], message: str | None = None) -> None:
        super().__init__(message or "; ".join(f"{i.path}: {i.message}" for i in issues))
        self.issues = issues


class NotFoundError(HoldpointError):
    """It doesn't exist, or you don't have access."""

    ids: Sequence[str]

    def __init__(self, message: str, ids: Sequence[str]) -> None:
        super().__init__(message)
        self.ids = ids


class ReviewConflictError(HoldpointError):
    """The review was decided or consumed differently, or requested under another run."""

    reviews: Sequence[Review]
    """The conflicting reviews in their current state."""

    def __init__(self, message: str, reviews: Sequence[Review]) -> None:
        super().__init__(message)
        self.reviews = reviews


class ReviewNotEditableError(HoldpointError):
    """The review cannot be edited."""

    node_exec_ids: Sequence[str]

    def __init__(self, message: str, node_exec_ids: Sequence[str]) -> None:
        super().__init__(message)
        self.node_exec_ids = node_exec_ids


class NotEligibleError(HoldpointError):
    """Others were asked to approve these reviews."""

    node_exec_ids: Sequence[str]

    def __init__(self, message: str, node_exec_ids: Sequence[str]) -> None:
        super().__init__(message)
        self.node_exec_ids = node_exec_ids


class SelfApprovalError(HoldpointError):
    """Nobody can decide their own request."""

    node_exec_ids: Sequence[str]

    def __init__(self, message: str, node_exec_ids: Sequence[str]) -> None:
        super().__init__(message)
        self.node_exec_ids = node_exec_ids


class QuotaExceededError(HoldpointError):
    """The workspace has reached a quota, e.g. of waiting reviews. Nothing was requested."""

    quota: str

    def __init__(self, message: str, quota: str) -> None:
        super().__init__(message)
        self.quota = quota


class TeamInUseError(HoldpointError):
    """Waiting reviews or rules need the team, so it cannot be deleted."""

    node_exec_ids: Sequence[str]
    rule_ids: Sequence[str]

    def __init__(self, message: str, node_exec_ids: Sequence[str], rule_ids: Sequence[str]) -> None:
        super().__init__(message)
        self.node_exec_ids = node_exec_ids
        self.rule_ids = rule_ids


class PolicyConflictError(HoldpointError):
    """Somebody else saved another version of the policy in between."""

    policy: Policy
    """The newest version."""

    def __init__(self, message: str, policy: Policy) -> None:
        super().__init__(message)
        self.policy = policy


class ExecutionEndedError(HoldpointError):
    """The run has ended. It can request nothing until it is registered as RUNNING again."""

    execution_status: ExecutionStatus

    def __init__(self, message: str, execution_status: ExecutionStatus) -> None:
        super().__init__(message)
        self.execution_status = execution_status
