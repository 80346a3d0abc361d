"""The gate: a function runs only with what was approved, once."""

from __future__ import annotations

import asyncio
import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from conftest import Team
from proxy import Proxy
from pydantic import BaseModel

from holdpoint_client import (
    AsyncHoldpoint,
    Holdpoint,
    InvalidInputError,
    NotApprovedError,
    UnreachableError,
)

runs: list[Any] = []


@pytest.fixture(autouse=True)
def no_runs() -> None:
    runs.clear()


class Order(BaseModel):
    item: str
    price: Decimal


def test_runs_with_the_approved_arguments_once_and_reports_it(team: Team) -> None:
    on_waiting = team.decide("APPROVE", payload={"customer": "ada", "amount": 50})

    @team.agent.gate(
        execution="run-1",
        instructions=lambda customer, amount: f"{amount} for {customer}",
        on_waiting=on_waiting,
    )
    def pay(customer: str, amount: int = 500) -> str:
        """Pays."""
        runs.append((customer, amount))
        return f"paid {amount}"

    assert pay("ada") == "paid 50"
    assert runs == [("ada", 50)]
    assert (pay.__name__, pay.__doc__) == ("pay", "Pays.")
    assert list(inspect.signature(pay).parameters) == ["customer", "amount"]
    (review,) = team.reviews()
    assert review.original_payload == {"customer": "ada", "amount": 500}
    assert (review.node_id, review.instructions) == ("pay", "500 for ada")
    assert (review.outcome, review.consumed_by) == ("EXECUTED", "agent")
    with pytest.raises(NotApprovedError, match="consumed"):
        pay("ada")
    assert len(runs) == 1


async def test_an_async_def_stays_one_in_both_clients(team: Team) -> None:
    agents: list[Holdpoint | AsyncHoldpoint] = [team.agent, team.async_agent]
    for number, agent in enumerate(agents):

        @agent.gate(execution=f"run-{number}", on_waiting=team.decide("APPROVE"))
        async def pay(amount: int) -> int:
            await asyncio.sleep(0)
            return amount

        @agent.gate(execution=f"run-{number}", on_waiting=team.decide("APPROVE"), node="plain")
        def pay_plainly(amount: int) -> int:
            return amount

        assert inspect.iscoroutinefunction(pay)
        assert await pay(amount=5) == 5
        assert await asyncio.to_thread(pay_plainly, 5) == 5


def test_methods_keywords_and_variadic_arguments(team: Team) -> None:
    approve = team.decide("APPROVE")

    class Bank:
        def __init__(self, name: str) -> None:
            self.name = name

        @team.agent.gate(execution="run-1", on_waiting=approve)
        def transfer(self, source: str, /, *targets: str, amount: int, **notes: str) -> str:
            return f"{self.name}: {source} {targets} {amount} {notes}"

        @staticmethod
        @team.agent.gate(execution="run-1", on_waiting=approve)
        def close(account: str) -> str:
            return account

    text = Bank("A").transfer("x", "y", "z", amount=5, reason="rent")
    assert text == "A: x ('y', 'z') 5 {'reason': 'rent'}"
    assert team.reviews()[0].payload == {
        "source": "x",
        "targets": ["y", "z"],
        "amount": 5,
        "notes": {"reason": "rent"},
    }
    assert Bank.close("x") == "x"


def test_arguments_keep_their_types_through_json(team: Team) -> None:
    @dataclass
    class Place:
        city: str

    @team.agent.gate(execution="run-1", on_waiting=team.decide("APPROVE"))
    def order(order: Order, on: date, share: Decimal, place: Place, tags: tuple[str, ...]) -> Any:
        return order, on, share, place, tags

    given = (
        Order(item="tea", price=Decimal("1.10")),
        date(2026, 11, 28),
        Decimal("0.1"),
        Place("Ulm"),
        ("a", "b"),
    )
    assert order(*given) == given
    assert team.reviews()[0].payload == {
        "order": {"item": "tea", "price": "1.10"},
        "on": "2026-11-28",
        "share": "0.1",
        "place": {"city": "Ulm"},
        "tags": ["a", "b"],
    }


def test_what_json_would_change_is_refused_before_anything_is_sent(team: Team) -> None:
    @team.agent.gate(execution="run-1")
    def run(value, other: int = 1) -> None:  # type: ignore[no-untyped-def]
        runs.append(value)

    class Opaque:
        pass

    for value in (date(2026, 1, 1), Decimal("1"), float("nan"), 2**53, "\ud800", Opaque(), {1, 2}):
        with pytest.raises(InvalidInputError) as error:
            run(value)
        assert error.value.issues[0].path.startswith("payload.value"), value
    with pytest.raises(InvalidInputError, match=r"payload\.other"):
        run(1, "many")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="missing"):
        run()  # type: ignore[call-arg]

    @team.agent.gate(execution="run-1")
    def connect(database: Opaque) -> None:
        runs.append(database)

    with pytest.raises(InvalidInputError, match=r"payload\.database: its type .* has no JSON form"):
        connect(Opaque())

    @team.agent.gate(execution="run-1")
    def tag(tags: set[str]) -> None:
        runs.append(tags)

    with pytest.raises(InvalidInputError, match=r"payload\.tags: a set has no order"):
        tag({"a", "b"})
    assert runs == [] and team.reviews() == []


@pytest.mark.parametrize(
    ("edited", "path"),
    [
        ({"amount": "much"}, "payload.amount"),
        ({}, "payload.amount"),
        ({"amount": 1, "to": "me"}, "payload.to"),
        ([1], "payload"),
    ],
)
def test_an_edit_that_does_not_fit_runs_nothing_and_leaves_the_approval_unused(
    team: Team, edited: Any, path: str
) -> None:
    @team.agent.gate(execution="run-1", on_waiting=team.decide("APPROVE", payload=edited))
    def pay(amount: int) -> None:
        runs.append(amount)

    with pytest.raises(InvalidInputError) as error:
        pay(5)
    assert [issue.path for issue in error.value.issues] == [path]
    assert runs == [] and not team.reviews()[0].processed


def test_a_rejected_call_does_not_run_and_returns_what_otherwise_says(team: Team) -> None:
    def pay(amount: int) -> str:
        runs.append(amount)
        return "paid"

    reject = team.decide("REJECT", message="no")
    with pytest.raises(NotApprovedError, match="rejected, no"):
        team.agent.gate(execution="run-1", on_waiting=reject)(pay)(5)
    gated = team.agent.gate(execution="run-1", otherwise=lambda outcome: outcome.status)(pay)
    assert gated(5) == "rejected"
    assert runs == []


def test_runs_once_although_twenty_agents_run_the_same_step(team: Team) -> None:
    @team.agent.gate(execution="run-1", otherwise=lambda outcome: outcome.status)
    def pay(amount: int) -> str:
        runs.append(amount)
        return "paid"

    with ThreadPoolExecutor(20) as pool:
        results = [pool.submit(pay, 5) for _ in range(20)]
        (review,) = team.waiting(1)
        team.decide("APPROVE")(review.node_exec_id)
        answers = sorted(result.result() for result in results)
    assert answers == ["consumed"] * 19 + ["paid"]
    assert runs == [5]


def test_a_failure_is_raised_and_reported(team: Team) -> None:
    @team.agent.gate(execution="run-1", on_waiting=team.decide("APPROVE"))
    def pay(amount: int) -> None:
        raise ValueError("bank away\0\ud800")

    with pytest.raises(ValueError, match="bank away"):
        pay(5)
    (review,) = team.reviews()
    assert (review.outcome, review.outcome_detail) == ("FAILED", "ValueError: bank away?")


async def test_a_cancelled_function_is_reported_as_failed(team: Team) -> None:
    started = asyncio.Event()

    @team.async_agent.gate(execution="run-1", on_waiting=team.decide("APPROVE"))
    async def pay(amount: int) -> None:
        started.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(pay(5))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(100):
        (review,) = team.reviews()
        if review.outcome is not None:
            break
        await asyncio.sleep(0.05)
    assert (review.outcome, review.outcome_detail) == ("FAILED", "CancelledError: ")


def test_asks_for_what_needs_it_and_runs_nothing_where_a_callback_fails(team: Team) -> None:
    def needs_review(amount: int) -> bool:
        if amount < 0:
            raise ValueError("how much?")
        return amount > 100

    @team.agent.gate(execution="run-1", needs_review=needs_review, on_waiting=team.decide("REJECT"))
    def pay(amount: int) -> None:
        runs.append(amount)

    pay(50)
    with pytest.raises(NotApprovedError):
        pay(500)
    with pytest.raises(ValueError, match="how much"):
        pay(-1)
    assert runs == [50] and len(team.reviews()) == 1

    @team.agent.gate(execution=lambda amount: f"run-{1 / amount}")
    def divide(amount: int) -> None:
        runs.append(amount)

    with pytest.raises(ZeroDivisionError):
        divide(0)
    assert runs == [50]


def test_calls_that_are_told_apart_each_run_once_under_a_standing_approval(team: Team) -> None:
    @team.agent.gate(
        execution=lambda call, amount: f"run-{amount}",
        call=lambda call, amount: call,
        on_waiting=team.decide("APPROVE", auto_approve_future=True),
    )
    def pay(call: str, amount: int) -> None:
        runs.append(call)

    for call in ("a", "b", "c"):
        pay(call, 1)
        with pytest.raises(NotApprovedError, match="consumed"):
            pay(call, 1)
    assert runs == ["a", "b", "c"]
    assert {review.outcome for review in team.reviews("run-1")} == {"EXECUTED"}
    sources = [review.decision_source for review in team.reviews("run-1")]
    assert sorted(map(str, sources)) == ["AUTO_APPROVAL", "AUTO_APPROVAL", "REVIEWER"]


def test_never_runs_while_holdpoint_cannot_be_reached(
    team: Team, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    proxy.target = None

    @Holdpoint(proxy.url, team.token(), patience=0.3).gate(execution="run-1")
    def pay(amount: int) -> None:
        runs.append(amount)

    advice = r"Start it, or correct its URL \(HOLDPOINT_URL\)"
    with pytest.raises(UnreachableError, match=f"{advice}$"):
        pay(5)
    assert runs == []
    # Nobody waits for the end of the retries without knowing why.
    (warning,) = caplog.messages
    assert re.search(
        rf"^Holdpoint cannot be reached at {proxy.url}.*{advice}\. Retrying…$", warning
    )


def test_a_function_without_a_name_needs_a_node(team: Team) -> None:
    with pytest.raises(InvalidInputError, match="node: must be given"):
        team.agent.gate(execution="run-1")(lambda amount: amount)
