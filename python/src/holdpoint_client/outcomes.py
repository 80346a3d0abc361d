"""What became of a review, as classes to `match` on. Act only on `Approved`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from ._types import DecisionSource, PolicyVerdict, Review, Vote

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class _Outcome:
    node_exec_id: str
    """ID of the review."""
    message: str = ""
    """The reviewer's message, or the reason for the outcome."""
    decided_by: str | None = None
    """The actor who decided; the last of them if several approved. If a rule did, the one who saved
    the policy. None if nobody did.
    """
    source: DecisionSource | None = None
    """Who or what decided: POLICY if a rule did, OVERRIDE past the people who were asked."""
    votes: Sequence[Vote] = ()
    """Everybody's votes, oldest first, if the review requires several approvals. Those with an
    `ended_by` do not count any more.
    """
    policy: PolicyVerdict | None = None
    """What the policy said when the review was requested. If `source` is POLICY, the rules in its
    `rule_ids` decided. None if there was no policy.
    """


@dataclass(frozen=True)
class Approved(_Outcome, Generic[T]):
    """Approved by a person, a standing approval or a rule of the policy. Act in `run_once`, so that
    it happens once.
    """

    status: ClassVar[Literal["approved"]] = "approved"
    data: T = None  # type: ignore[assignment]
    """What to act on, as `parse` returned it: the requested payload, or what a reviewer or a
    revision made of it.
    """
    payload: Any = None
    """The same as JSON."""
    edited: bool = False
    """Whether it is not what `review` asked for: a reviewer changed it, or the request was made or
    revised with another payload. Where only the ID is known, whether a reviewer changed it.
    """
    auto_approved: bool = False
    """Whether a standing approval approved it."""


@dataclass(frozen=True)
class Rejected(_Outcome):
    """A person rejected it, or a rule of the policy denies it. Do not ask again."""

    status: ClassVar[Literal["rejected"]] = "rejected"


@dataclass(frozen=True)
class ChangesRequested(_Outcome):
    """A reviewer wants something else, as the message says. The request can be revised."""

    status: ClassVar[Literal["changes_requested"]] = "changes_requested"


@dataclass(frozen=True)
class Answered(_Outcome, Generic[T]):
    """A question was answered. An answer is never an approval: `run_once` refuses it."""

    status: ClassVar[Literal["answered"]] = "answered"
    answer: T = None  # type: ignore[assignment]
    """The answer, as `parse` returned it."""
    answer_json: Any = None
    """The same as JSON."""


@dataclass(frozen=True)
class Expired(_Outcome):
    """Nobody decided before `expires_at`."""

    status: ClassVar[Literal["expired"]] = "expired"


@dataclass(frozen=True)
class Cancelled(_Outcome):
    """The run was stopped or has ended."""

    status: ClassVar[Literal["cancelled"]] = "cancelled"


@dataclass(frozen=True)
class Deleted(_Outcome):
    """The request was withdrawn."""

    status: ClassVar[Literal["deleted"]] = "deleted"
    message: str = "The review was deleted while waiting for it"


@dataclass(frozen=True)
class Consumed(_Outcome):
    """It was approved, and the approval has already been used."""

    status: ClassVar[Literal["consumed"]] = "consumed"


@dataclass(frozen=True)
class Withdrawn(_Outcome):
    """It was approved, and the approval was taken back before it was used. The review waits again,
    and asking again continues.
    """

    status: ClassVar[Literal["withdrawn"]] = "withdrawn"


@dataclass(frozen=True)
class Voided(_Outcome):
    """It was approved, but the approval can no longer be used, e.g. because it lapsed or the policy
    has changed. If it is still needed, ask again as another call.
    """

    status: ClassVar[Literal["void"]] = "void"


@dataclass(frozen=True)
class TimedOut(_Outcome):
    """The caller's timeout has passed. The review still waits, and asking again continues."""

    status: ClassVar[Literal["timeout"]] = "timeout"


NotApproved: TypeAlias = (
    Rejected
    | ChangesRequested
    | Answered[Any]
    | Expired
    | Cancelled
    | Deleted
    | Consumed
    | Withdrawn
    | Voided
    | TimedOut
)
Outcome: TypeAlias = Approved[D] | NotApproved
AnswerOutcome: TypeAlias = (
    Answered[D] | Rejected | ChangesRequested | Expired | Cancelled | Deleted | TimedOut
)
"""What became of a question. Rejected means that there is no answer."""


def outcome_of(review: Review) -> Outcome[Any] | None:
    """The outcome of a review; None while it waits."""
    ids: dict[str, Any] = {
        "node_exec_id": review.node_exec_id,
        "decided_by": review.decided_by,
        "source": review.decision_source,
        "votes": tuple(review.votes),
        "policy": review.policy,
    }
    message = review.review_message or ""
    match review.status, review.decision_source:
        case "WAITING", _:
            return None
        case "APPROVED", _ if review.voided_at is not None:
            since = _text_of(review.voided_at)
            text = (
                f"It was approved, but the approval has been void since {since}: the run was "
                "stopped, or it was not used in time"
            )
            return Voided(**ids, message=text)
        case "APPROVED", _ if review.processed:
            by = f" by {review.consumed_by}" if review.consumed_by else ""
            at = f" at {_text_of(review.consumed_at)}" if review.consumed_at else ""
            return Consumed(**ids, message=f"The approval has already been used{by}{at}")
        case "APPROVED", source:
            return Approved(
                **ids,
                message=message,
                data=review.payload,
                payload=review.payload,
                edited=review.was_edited is True,
                auto_approved=source == "AUTO_APPROVAL",
            )
        case "CHANGES_REQUESTED", _:
            return ChangesRequested(**ids, message=message)
        case "ANSWERED", _:
            answer = review.answer
            return Answered(**ids, message=message, answer=answer, answer_json=answer)
        case _, "CANCELLATION":
            return Cancelled(**ids, message=message)
        case _, "EXPIRY":
            return Expired(**ids, message=message)
        case _:
            return Rejected(**ids, message=message)


def _text_of(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def withdrawn(review: Review) -> Withdrawn:
    """The approval of this review was taken back before it was consumed."""
    reason = f": {review.review_message}" if review.review_message else ""
    message = f"The approval was withdrawn before it was consumed{reason}"
    return Withdrawn(review.node_exec_id, message, votes=tuple(review.votes), policy=review.policy)


def unusable(review: Review, message: str) -> Voided:
    """The service refuses that the approval be used, e.g. because the policy denies it since, or
    because the run has ended. The message is the reason that it gave.
    """
    return Voided(
        review.node_exec_id,
        message,
        review.decided_by,
        review.decision_source,
        tuple(review.votes),
        review.policy,
    )
