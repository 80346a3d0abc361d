"""A data layer for human reviews, on Holdpoint instead of a database.

Call `configure` once. Then the functions have the names, parameters and results of the data layer
that they replace. Errors that it raised as ValueError still are; their cause has the details.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel

from .._async.client import AsyncHoldpoint
from .._json import UNSET
from .._types import Decision, Review, ReviewPage
from .._types import ReviewResult as Result
from ..errors import (
    InputIssue,
    InvalidInputError,
    NotFoundError,
    ReviewConflictError,
    ReviewNotEditableError,
    SelfApprovalError,
)

SafeJsonData: TypeAlias = Any
Role: TypeAlias = Literal["agent", "reviewer"]

MAX_PAGE = 100


class ReviewStatus(str, enum.Enum):
    WAITING = "WAITING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class ReviewResult(BaseModel):
    """The outcome of a review."""

    data: SafeJsonData | None = None
    status: ReviewStatus
    message: str = ""
    processed: bool
    node_exec_id: str

    @classmethod
    def from_result(cls, result: Result | None) -> ReviewResult | None:
        if result is None:
            return None
        return cls.model_validate({name: getattr(result, name) for name in cls.model_fields})


class PendingHumanReviewModel(BaseModel):
    """A review, in any status."""

    node_exec_id: str
    node_id: str
    user_id: str
    graph_exec_id: str
    graph_id: str
    graph_version: int
    payload: SafeJsonData
    instructions: str | None
    editable: bool
    status: ReviewStatus
    review_message: str | None
    was_edited: bool | None
    processed: bool
    created_at: datetime
    reviewed_at: datetime | None

    @classmethod
    def from_review(cls, review: Review) -> PendingHumanReviewModel:
        return cls.model_validate({name: getattr(review, name) for name in cls.model_fields})


class _Settings:
    client_for: Callable[[str, Role], AsyncHoldpoint] | None = None
    default_user: str | None = None


def configure(
    *, client_for: Callable[[str, Role], AsyncHoldpoint], default_user: str | None = None
) -> None:
    """Says how to reach Holdpoint. Call it once, before everything else.

    client_for: returns the client for a user (a workspace of Holdpoint) and a role. What asks and
        consumes is the agent, with a token of the scope review:request; what reads and decides is
        the reviewer, with review:decide. They are two actors: nobody decides their own request.
        Keep the clients, e.g. with functools.cache.
    default_user: the user of the two functions that are not given one.
    """
    _Settings.client_for = client_for
    _Settings.default_user = default_user


def _client(user_id: str | None, role: Role) -> AsyncHoldpoint:
    if _Settings.client_for is None:
        raise RuntimeError("Call holdpoint_client.compat.human_review.configure first")
    if user_id is None:
        raise RuntimeError("This function is given no user: configure a default_user")
    return _Settings.client_for(user_id, role)


@contextmanager
def _value_errors() -> Iterator[None]:
    """The data layer raised ValueError for what the caller did wrong."""
    try:
        yield
    except (
        InvalidInputError,
        NotFoundError,
        ReviewConflictError,
        ReviewNotEditableError,
        SelfApprovalError,
    ) as error:
        raise ValueError(str(error)) from error


def get_auto_approve_key(graph_exec_id: str, node_id: str) -> str:
    """The label of a standing approval. It identifies nothing: two can have the same label
    (fixed: it was the key).
    """
    return f"auto_approve_{graph_exec_id}_{node_id}"


async def check_approval(
    node_exec_id: str,
    graph_exec_id: str,
    node_id: str,
    user_id: str,
    input_data: SafeJsonData | None = None,
) -> ReviewResult | None:
    """The approval that applies to a step: its own, else a standing approval, else None.

    A rejection of its own comes first (fixed: a standing approval could override it). The answer
    only informs: to act, consume the approval with the client.
    """
    found = await _client(user_id, "agent").check_approval(
        graph_exec_id=graph_exec_id,
        node_exec_id=node_exec_id,
        node_id=node_id,
        input_data=UNSET if input_data is None else input_data,
    )
    return ReviewResult.from_result(found)


async def create_auto_approval_record(
    user_id: str,
    graph_exec_id: str,
    graph_id: str,
    graph_version: int,
    node_id: str,
    payload: SafeJsonData,
) -> None:
    """Creates a standing approval for a node in a run. An active one is kept.

    Run and node are separate (fixed: as one joined text, two pairs could be the same), and it can
    be revoked and expires.

    Raises ValueError if the user has no such run.
    """
    with _value_errors():
        await _client(user_id, "reviewer").create_auto_approval(
            graph_exec_id=graph_exec_id,
            graph_id=graph_id,
            graph_version=graph_version,
            node_id=node_id,
            payload=payload,
        )


async def get_or_create_human_review(
    user_id: str,
    node_exec_id: str,
    graph_exec_id: str,
    graph_id: str,
    graph_version: int,
    input_data: SafeJsonData,
    message: str,
    editable: bool,
    *,
    node_id: str | None = None,
) -> ReviewResult | None:
    """Requests a review, or returns its outcome once it is decided. None while it waits, and after
    its outcome was used.

    The same ID of another user is another review (fixed: the other user's was returned). A standing
    approval of the node applies at once, and leaves a review (fixed: no trace). Give the `node_id`,
    which standing approvals are for: Holdpoint does not look it up.
    """
    with _value_errors():
        answer = await _client(user_id, "agent").request_review(
            node_exec_id=node_exec_id,
            graph_exec_id=graph_exec_id,
            graph_id=graph_id,
            graph_version=graph_version,
            node_id=node_id,
            payload=input_data,
            instructions=message,
            editable=editable,
        )
    return ReviewResult.from_result(answer.result)


async def get_pending_review_by_node_exec_id(
    node_exec_id: str, user_id: str
) -> PendingHumanReviewModel | None:
    """A review of this user, if it still waits."""
    review = await _client(user_id, "reviewer").pending_review(node_exec_id)
    return None if review is None else PendingHumanReviewModel.from_review(review)


async def get_reviews_by_node_exec_ids(
    node_exec_ids: Sequence[str], user_id: str
) -> dict[str, PendingHumanReviewModel]:
    """Reviews of this user in any status, by ID. Those that do not exist are left out."""
    reviews = await _reviews(_client(user_id, "reviewer"), node_exec_ids)
    return {r.node_exec_id: PendingHumanReviewModel.from_review(r) for r in reviews}


async def _reviews(client: AsyncHoldpoint, node_exec_ids: Sequence[str]) -> list[Review]:
    found: list[Review] = []
    for at in range(0, len(node_exec_ids), MAX_PAGE):
        found += await client.reviews(list(node_exec_ids[at : at + MAX_PAGE]))
    return found


async def has_pending_reviews_for_graph_exec(graph_exec_id: str) -> bool:
    """Whether a run of the default user has waiting reviews (fixed: anybody's counted)."""
    return await _client(_Settings.default_user, "reviewer").has_pending_reviews(graph_exec_id)


async def get_pending_reviews_for_user(
    user_id: str, page: int = 1, page_size: int = 25
) -> list[PendingHumanReviewModel]:
    """A page of the waiting reviews of a user, newest first; the first page is 1.

    Within one call nothing is skipped or shown twice while others are decided. Between calls the
    pages move, as they did: to page through without that, use `pending_reviews` of the client.
    """
    client = _client(user_id, "reviewer")
    start, end = (page - 1) * page_size, page * page_size
    if page < 1 or page_size < 1:
        raise ValueError(f"page and page_size must be 1 or more, not {page} and {page_size}")
    found: list[PendingHumanReviewModel] = []

    async def read(after: str | None) -> ReviewPage:
        first = min(end - len(found), MAX_PAGE)
        return await client.pending_reviews(first=first, after=after)

    async for review in _paged(read):
        found.append(review)
        if len(found) == end:
            break
    return found[start:]


async def get_pending_reviews_for_execution(
    graph_exec_id: str, user_id: str
) -> list[PendingHumanReviewModel]:
    """All waiting reviews of a run, oldest first."""
    client = _client(user_id, "reviewer")

    async def read(after: str | None) -> ReviewPage:
        return await client.pending_reviews_for_execution(graph_exec_id, after=after)

    return [review async for review in _paged(read)]


async def _paged(read: Callable[[str | None], Any]) -> AsyncIterator[PendingHumanReviewModel]:
    after: str | None = None
    while True:
        page: ReviewPage = await read(after)
        for edge in page.edges:
            yield PendingHumanReviewModel.from_review(edge.node)
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


async def process_all_reviews_for_execution(
    user_id: str,
    review_decisions: Mapping[str, tuple[ReviewStatus, SafeJsonData | None, str | None]],
) -> dict[str, PendingHumanReviewModel]:
    """Decides reviews, at most 100. Each decision has a status, the edited data or None, and a
    message or None.

    All of them take effect or none (fixed: some could), and of concurrent deciders exactly one wins
    (fixed: the last one did). What was decided the same way already is success. The data that an
    edit replaced are kept (fixed: lost).

    Raises ValueError, and changes nothing, if a review does not exist, was decided otherwise or is
    not editable, and if the reviewer asked for it.
    """
    if not review_decisions:
        return {}
    client = _client(user_id, "reviewer")
    found = {r.node_exec_id: r for r in await _reviews(client, list(review_decisions))}
    decisions = []
    for node_exec_id, (status, data, message) in review_decisions.items():
        if ReviewStatus(status) is ReviewStatus.WAITING:
            raise ValueError(f"{node_exec_id} can be APPROVED or REJECTED, not decided as WAITING")
        decisions.append(
            Decision(
                node_exec_id=node_exec_id,
                decision="APPROVE" if status == ReviewStatus.APPROVED else "REJECT",
                payload=UNSET if data is None else data,
                message=message,
                # Decides what was just read. A change in between is a conflict.
                subject_digest=(
                    found[node_exec_id].subject_digest if node_exec_id in found else None
                ),
            )
        )
    with _value_errors():
        decided = await client.decide_reviews(decisions)
    return {r.node_exec_id: PendingHumanReviewModel.from_review(r) for r in decided.reviews}


async def update_review_processed_status(node_exec_id: str, processed: bool) -> None:
    """Claims the outcome of a review of the default user, once and for good (fixed: it could be
    taken back and taken again).

    Raises ValueError if it does not exist, is not decided, or `processed` is False.
    """
    if not processed:
        issue = InputIssue("processed", "must be True: a claim cannot be undone")
        raise ValueError(str(InvalidInputError([issue])))
    with _value_errors():
        await _client(_Settings.default_user, "agent").set_review_processed(
            node_exec_id=node_exec_id, processed=True
        )


async def cancel_pending_reviews_for_execution(graph_exec_id: str, user_id: str) -> int:
    """Stops a run and rejects its waiting reviews. Returns how many.

    It works for copilot sessions (fixed: an error), and a stopped run is not restarted.

    Raises ValueError if the user has no such run.
    """
    with _value_errors():
        stopped = await _client(user_id, "reviewer").cancel_pending_reviews(graph_exec_id)
    return stopped.cancelled_count


async def delete_review_by_node_exec_id(node_exec_id: str, user_id: str) -> int:
    """Withdraws a request that still waits. Returns 1, or 0 if there is none.

    What was decided stays, as evidence (fixed: it could be removed). An approval need not be
    deleted after its use: it can be used once.
    """
    with _value_errors():
        deleted = await _client(user_id, "agent").delete_review(node_exec_id)
    return deleted.deleted_count
