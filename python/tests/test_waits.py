"""Waiting: one stream per process, resumed after any fault, from threads, loops and forks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import SERVICE_ENV, Team, decision
from proxy import Proxy

from holdpoint_client import Approved, AsyncHoldpoint, Holdpoint, RefusedError, Rejected, Review
from holdpoint_client._session import Token
from holdpoint_client.testing import TestHoldpoint


def step(number: int) -> dict[str, Any]:
    return {"execution": f"run-{number % 10}", "node": "pay", "payload": {"number": number}}


def decide(team: Team, review: Review, kind: str) -> None:
    team.reviewer.decide_reviews([decision(review.node_exec_id, kind)])


def decide_all(team: Team, kind: str = "APPROVE") -> None:
    page = team.reviewer.pending_reviews(first=100)
    team.reviewer.decide_reviews([decision(edge.node.node_exec_id, kind) for edge in page.edges])


async def until(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_a_thousand_reviews_wait_over_one_stream(team: Team, proxy: Proxy) -> None:
    asked: list[str] = []
    async with AsyncHoldpoint(proxy.url, team.token()) as agent:
        reviews = [agent.review(**step(n), on_waiting=asked.append) for n in range(1000)]
        waiting = asyncio.gather(*reviews)
        await until(lambda: len(asked) == 1000, 60)
        await until(lambda: proxy.open_streams == 1)
        for _ in range(10):
            await asyncio.to_thread(decide_all, team)
        outcomes = await waiting
        assert all(isinstance(outcome, Approved) for outcome in outcomes)
        assert [o.data["number"] for o in outcomes if isinstance(o, Approved)] == list(range(1000))
        assert proxy.streams == 1
        await until(lambda: proxy.open_streams == 0)


async def test_threads_loops_and_both_clients_share_the_stream(team: Team, proxy: Proxy) -> None:
    token = team.token()
    asked: list[str] = []

    def block(number: int) -> object:
        return Holdpoint(proxy.url, token).review(**step(number), on_waiting=asked.append)

    async def wait(number: int) -> object:
        agent = AsyncHoldpoint(proxy.url, token)
        return await agent.review(**step(number), on_waiting=asked.append)

    with ThreadPoolExecutor(20) as pool:
        blocking = [pool.submit(block, number) for number in range(10)]
        looping = [pool.submit(asyncio.run, wait(number)) for number in range(10, 20)]
        await until(lambda: len(asked) == 20 and proxy.open_streams == 1)
        await asyncio.to_thread(decide_all, team)
        for future in [*blocking, *looping]:
            assert isinstance(await asyncio.wrap_future(future), Approved)
    assert proxy.streams == 1


async def test_polls_where_streams_do_not_pass(team: Team, proxy: Proxy) -> None:
    proxy.streams_pass = False
    agent = AsyncHoldpoint(proxy.url, team.token())
    waiting = asyncio.create_task(agent.review(**step(1)))
    await until(lambda: proxy.refused_streams > 0)
    await asyncio.to_thread(team.waiting, 1)
    await asyncio.to_thread(decide_all, team)
    assert isinstance(await waiting, Approved)
    assert proxy.streams == 0


async def test_misses_nothing_that_was_decided_while_the_cable_was_cut(
    team: Team, proxy: Proxy
) -> None:
    agent = AsyncHoldpoint(proxy.url, team.token())
    waiting = asyncio.gather(*(agent.review(**step(number)) for number in range(3)))
    await asyncio.to_thread(team.waiting, 3)
    await until(lambda: proxy.open_streams == 1)
    target, proxy.target = proxy.target, None
    proxy.cut()
    await asyncio.to_thread(decide_all, team)
    await until(lambda: proxy.open_streams == 0)
    proxy.target = target
    assert all(isinstance(outcome, Approved) for outcome in await waiting)


async def test_a_standing_approval_lets_those_through_that_wait_already(team: Team) -> None:
    agent = team.async_agent
    waiting = asyncio.gather(*(agent.review(**step(number)) for number in (10, 20)))
    await asyncio.to_thread(team.waiting, 2)
    asked = await agent.ask(**step(0))
    team.decide("APPROVE", auto_approve_future=True)(asked)
    for one in await waiting:
        assert isinstance(one, Approved) and one.auto_approved


async def test_every_waiter_of_one_step_gets_its_outcome(team: Team) -> None:
    agent = team.async_agent

    async def wait(number: int) -> object:
        await asyncio.sleep(number * 0.005)
        on_waiting = team.decide("APPROVE") if number == 8 else None
        return await agent.review(**step(1), on_waiting=on_waiting)

    outcomes = await asyncio.gather(*(wait(number) for number in range(20)))
    assert all(isinstance(outcome, Approved) for outcome in outcomes)


async def test_cancelling_passes_through_and_leaves_the_review(team: Team, proxy: Proxy) -> None:
    agent = AsyncHoldpoint(proxy.url, team.token())
    waiting = asyncio.create_task(agent.review(**step(1)))
    await until(lambda: proxy.open_streams == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until(lambda: proxy.open_streams == 0)
    (review,) = await asyncio.to_thread(team.waiting, 1)
    assert review.status == "WAITING"
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(agent.review(**step(1)), 0.3)


async def test_a_wait_fails_when_its_token_ends_and_goes_on_with_a_fresh_one(
    team: Team, proxy: Proxy
) -> None:
    leeway = 60  # The service accepts a token for a minute longer.

    def short_token() -> str:
        return team.token(seconds=2 - leeway)

    async def fresh_token() -> str:
        return short_token()

    fixed = AsyncHoldpoint(team.url, short_token())
    with pytest.raises(RefusedError) as error:
        await fixed.review(**step(1))
    assert error.value.code == "UNAUTHENTICATED"
    tokens: list[Token] = [short_token, fresh_token]
    for number, token in enumerate(tokens, 2):
        renewing = AsyncHoldpoint(proxy.url, token)
        streams = proxy.streams
        waiting = asyncio.create_task(renewing.review(**step(number)))
        await until(lambda: proxy.streams >= streams + 2)  # noqa: B023
        await asyncio.to_thread(decide_all, team)
        assert isinstance(await waiting, Approved)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_waits_on_a_stream_of_its_own(team: Team, proxy: Proxy) -> None:
    agent = Holdpoint(proxy.url, team.token())
    in_parent = threading.Thread(target=agent.review, kwargs=step(1))
    in_parent.start()
    proxy.wait_for_streams(1)
    context = multiprocessing.get_context("fork")
    results = context.Queue()

    def child() -> None:
        results.put(type(agent.review(**step(2))).__name__)

    process = context.Process(target=child)
    process.start()
    proxy.wait_for_streams(2)
    team.waiting(2)
    decide_all(team)
    assert results.get(timeout=20) == "Approved"
    process.join(10)
    in_parent.join(10)
    assert not in_parent.is_alive()


async def test_waits_on_while_the_service_restarts(team: Team) -> None:
    service = await asyncio.to_thread(TestHoldpoint, None, SERVICE_ENV)
    with contextlib.closing(contextlib.ExitStack()) as stack:
        stack.callback(service.stop)
        moved = Team(service.url, team.user)
        agent = moved.async_agent
        before = asyncio.create_task(agent.review(**step(1)))
        await asyncio.to_thread(moved.waiting, 1)
        await asyncio.to_thread(service.kill)
        meanwhile = asyncio.create_task(agent.review(**step(2)))
        await asyncio.to_thread(service.start)
        await asyncio.to_thread(moved.waiting, 2)
        await asyncio.to_thread(decide_all, moved, "REJECT")
        assert isinstance(await before, Rejected)
        assert isinstance(await meanwhile, Rejected)


@pytest.mark.parametrize("code", ["CURSOR_EXPIRED", "BAD_USER_INPUT"])
async def test_reads_its_reviews_again_if_the_feed_cannot_be_resumed(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After a restore, cursors are beyond the end of the feed; `after-restore` ends all of them."""
    caplog.set_level(logging.INFO, "holdpoint_client")
    service = await asyncio.to_thread(TestHoldpoint, None, SERVICE_ENV)
    with contextlib.ExitStack() as stack:
        stack.callback(service.stop)
        proxy = Proxy(service.url)
        stack.callback(proxy.close)
        team = Team(service.url, "acme")
        agent = AsyncHoldpoint(proxy.url, team.token())
        waiting = [asyncio.create_task(agent.review(**step(number))) for number in (1, 2)]
        first, second = await asyncio.to_thread(team.waiting, 2)
        data = service._env["HOLDPOINT_DATA_DIR"]

        def back_up() -> None:
            service.kill()
            subprocess.run(["cp", "-a", data, f"{data}-backup"], check=True)
            service.start()

        def restore() -> None:
            service.kill()
            shutil.rmtree(data)
            os.rename(f"{data}-backup", data)
            if code == "CURSOR_EXPIRED":
                after_restore = [*service._command, "after-restore"]
                subprocess.run(after_restore, env=service._env, check=True, capture_output=True)
            service.start()

        await until(lambda: "The event stream is live." in caplog.messages)
        await asyncio.to_thread(back_up)
        await until(lambda: caplog.messages.count("The event stream is live.") >= 2)
        # What the backup does not have. Their events lead the cursor beyond its end.
        for number in range(3, 6):
            await agent.review(**step(number), on_waiting=team.decide("APPROVE"))
        target, proxy.target = proxy.target, None
        await asyncio.to_thread(restore)
        await asyncio.to_thread(decide, team, first, "REJECT")
        proxy.target = target
        await until(lambda: f"The feed cannot be resumed ({code}" in caplog.text)
        await asyncio.to_thread(decide, team, second, "APPROVE")
        outcomes = {outcome.node_exec_id: outcome for outcome in await asyncio.gather(*waiting)}
        assert isinstance(outcomes[first.node_exec_id], Rejected)
        assert isinstance(outcomes[second.node_exec_id], Approved)


def test_an_interrupted_wait_ends(team: Team) -> None:
    agent = team.agent
    threading.Timer(1, lambda: os.kill(os.getpid(), 2)).start()
    with pytest.raises(KeyboardInterrupt):
        agent.review(**step(1))
    assert team.reviews("run-1")[0].status == "WAITING"
