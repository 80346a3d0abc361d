from __future__ import annotations

from typing import Any

from . import errors
from ._types import Policy, Review


def payload_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The payload of an operation. Raises the error of the API as the class of the same name."""
    if answer["__typename"].endswith("Error"):
        raise _error_of(answer["__typename"], answer["message"], answer)
    return answer


def _error_of(name: str, message: str, answer: dict[str, Any]) -> errors.HoldpointError:
    match name:
        case "InvalidInputError":
            issues = [errors.InputIssue(i["path"], i["message"]) for i in answer["issues"]]
            return errors.InvalidInputError(issues, message)
        case "NotFoundError":
            return errors.NotFoundError(message, answer["ids"])
        case "ReviewConflictError":
            reviews = [Review.of_json(review) for review in answer["reviews"]]
            return errors.ReviewConflictError(message, reviews)
        case "ReviewNotEditableError":
            return errors.ReviewNotEditableError(message, answer["nodeExecIds"])
        case "NotEligibleError":
            return errors.NotEligibleError(message, answer["nodeExecIds"])
        case "SelfApprovalError":
            return errors.SelfApprovalError(message, answer["nodeExecIds"])
        case "QuotaExceededError":
            return errors.QuotaExceededError(message, answer["quota"])
        case "ExecutionEndedError":
            return errors.ExecutionEndedError(message, answer["executionStatus"])
        case "TeamInUseError":
            return errors.TeamInUseError(message, answer["nodeExecIds"], answer["ruleIds"])
        case "PolicyConflictError":
            return errors.PolicyConflictError(message, Policy.of_json(answer["policy"]))
        case _:  # A type that this version does not know.
            return errors.HoldpointError(f"{name}: {message}")
