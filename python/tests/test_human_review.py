"""The first origin's functions, each with its scenario."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator

import pytest
from conftest import Team

from holdpoint_client import AsyncHoldpoint
from holdpoint_client.compat import human_review
from holdpoint_client.compat.human_review import (
    ReviewResult,
    ReviewStatus,
    cancel_pending_reviews_for_execution,
    check_approval,
    configure,
    create_auto_approval_record,
    delete_review_by_node_exec_id,
    get_auto_approve_key,
    get_or_create_human_review,
    get_pending_review_by_node_exec_id,
    get_pending_reviews_for_execution,
    get_pending_reviews_for_user,
    get_reviews_by_node_exec_ids,
    has_pending_reviews_for_graph_exec,
    process_all_reviews_for_execution,
    update_review_processed_status,
)

APPROVED, REJECTED = ReviewStatus.APPROVED, ReviewStatus.REJECTED


@pytest.fixture(autouse=True)
def user(team: Team) -> Iterator[str]:
    @functools.cache
    def client_for(user_id: str, role: human_review.Role) -> AsyncHoldpoint:
        scope = "review:request" if role == "agent" else "review:decide"
        return AsyncHoldpoint(team.url, Team(team.url, user_id).token(role, scope))

    configure(client_for=client_for, default_user=team.user)
    yield team.user
    human_review._Settings.client_for = None


async def ask(
    user: str,
    node_exec_id: str,
    *,
    execution: str = "run-1",
    data: object = None,
    editable: bool = True,
    node_id: str | None = None,
) -> ReviewResult | None:
    return await get_or_create_human_review(
        user_id=user,
        node_exec_id=node_exec_id,
        graph_exec_id=execution,
        graph_id="graph",
        graph_version=1,
        input_data=data if data is not None else {"n": node_exec_id},
        message=f"Do {node_exec_id}?",
        editable=editable,
        node_id=node_id,
    )


async def test_a_review_from_its_request_to_its_use(user: str) -> None:
    assert await ask(user, "a") is None
    assert await ask(user, "a", data={"other": 1}) is None
    assert await has_pending_reviews_for_graph_exec("run-1")
    review = await get_pending_review_by_node_exec_id("a", user)
    assert review is not None
    assert (review.payload, review.instructions, review.node_id) == ({"n": "a"}, "Do a?", "a")
    assert review.status is ReviewStatus.WAITING and review.user_id == user
    assert await get_pending_review_by_node_exec_id("a", "somebody else") is None

    decided = await process_all_reviews_for_execution(user, {"a": (APPROVED, {"n": 7}, "ok")})
    assert decided["a"].was_edited and decided["a"].payload == {"n": 7}
    assert await get_pending_review_by_node_exec_id("a", user) is None
    assert not await has_pending_reviews_for_graph_exec("run-1")
    assert await ask(user, "a") == ReviewResult(
        data={"n": 7}, status=APPROVED, message="ok", processed=False, node_exec_id="a"
    )
    checked = await check_approval("a", "run-1", "a", user)
    assert checked is not None and (checked.data, checked.processed) == ({"n": 7}, True)

    await update_review_processed_status("a", True)
    assert await ask(user, "a") is None
    assert await check_approval("a", "run-1", "a", user) is None
    with pytest.raises(ValueError, match="must be True"):
        await update_review_processed_status("a", False)
    with pytest.raises(ValueError, match="nobody"):
        await update_review_processed_status("nobody", True)


async def test_of_concurrent_deciders_one_wins_and_all_or_none_takes_effect(user: str) -> None:
    for node_exec_id in "abc":
        await ask(user, node_exec_id, editable=node_exec_id != "c")
    with pytest.raises(ValueError, match="missing"):
        await process_all_reviews_for_execution(
            user, {"a": (APPROVED, None, None), "missing": (APPROVED, None, None)}
        )
    with pytest.raises(ValueError, match="c"):
        await process_all_reviews_for_execution(
            user, {"a": (APPROVED, None, None), "c": (APPROVED, {"n": 1}, None)}
        )
    found = await get_reviews_by_node_exec_ids(["a", "b", "c", "missing"], user)
    assert {i: r.status.value for i, r in found.items()} == dict.fromkeys("abc", "WAITING")

    results = await asyncio.gather(
        *(
            process_all_reviews_for_execution(user, {"a": (status, None, None)})
            for status in [APPROVED, REJECTED] * 5
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, ValueError) for result in results) == 5
    same = await process_all_reviews_for_execution(user, {"c": (APPROVED, {"n": "c"}, None)})
    assert same["c"].was_edited is False
    with pytest.raises(ValueError, match="WAITING"):
        await process_all_reviews_for_execution(user, {"b": (ReviewStatus.WAITING, None, None)})
    assert await process_all_reviews_for_execution(user, {}) == {}


async def test_a_standing_approval_lets_later_steps_through(user: str) -> None:
    await ask(user, "a", node_id="send")
    await create_auto_approval_record(user, "run-1", "graph", 1, "send", {"n": 0})
    with pytest.raises(ValueError, match="no-run"):
        await create_auto_approval_record(user, "no-run", "graph", 1, "send", None)
    checked = await check_approval("b", "run-1", "send", user, input_data={"n": 5})
    assert checked is not None and checked.data == {"n": 5}
    assert checked.node_exec_id == get_auto_approve_key("run-1", "send")
    result = await ask(user, "b", node_id="send", data={"n": 6})
    assert result is not None and result.data == {"n": 6}
    assert "Auto-approved" in result.message
    session = "copilot-session-1"
    await create_auto_approval_record(user, session, "graph", 1, "copilot-node-x", None)
    result = await ask(user, "copilot-node-x:1", execution=session)
    assert result is not None and result.status is APPROVED


async def test_lists_by_page_and_by_run(user: str) -> None:
    for number in range(7):
        await ask(user, f"n{number}", execution=f"run-{number % 2}")
    pages = [await get_pending_reviews_for_user(user, page, 3) for page in (1, 2, 3, 4)]
    assert [[r.node_exec_id for r in page] for page in pages] == [
        ["n6", "n5", "n4"],
        ["n3", "n2", "n1"],
        ["n0"],
        [],
    ]
    assert len(await get_pending_reviews_for_user(user)) == 7
    of_run = await get_pending_reviews_for_execution("run-1", user)
    assert [r.node_exec_id for r in of_run] == ["n1", "n3", "n5"]
    with pytest.raises(ValueError, match="page"):
        await get_pending_reviews_for_user(user, 0)
    assert await get_reviews_by_node_exec_ids([], user) == {}


async def test_cancels_and_deletes(user: str) -> None:
    for node_exec_id in "abc":
        await ask(user, node_exec_id)
    assert await delete_review_by_node_exec_id("c", user) == 1
    assert await delete_review_by_node_exec_id("c", user) == 0
    await process_all_reviews_for_execution(user, {"a": (APPROVED, None, None)})
    assert await cancel_pending_reviews_for_execution("run-1", user) == 1
    (stopped,) = (await get_reviews_by_node_exec_ids(["b"], user)).values()
    assert (stopped.status, stopped.processed) == (REJECTED, True)
    with pytest.raises(ValueError, match="no-run"):
        await cancel_pending_reviews_for_execution("no-run", user)
    await ask(user, "copilot-node-x:1", execution="copilot-session-1")
    assert await cancel_pending_reviews_for_execution("copilot-session-1", user) == 1


async def test_says_that_it_is_not_configured(user: str) -> None:
    human_review._Settings.default_user = None
    with pytest.raises(RuntimeError, match="default_user"):
        await has_pending_reviews_for_graph_exec("run-1")
    human_review._Settings.client_for = None
    with pytest.raises(RuntimeError, match="configure first"):
        await ask(user, "a")
