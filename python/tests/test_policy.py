"""What the policy of the service decides, and the headline, risk and tags that it may look at."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest
from conftest import Team, decision
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

from holdpoint_client import (
    Approved,
    Holdpoint,
    InvalidInputError,
    NotApprovedError,
    PolicyRuleInput,
    Rejected,
    Voided,
)
from holdpoint_client._request import request_again
from holdpoint_client.langgraph import NotDecidedError, run_with_reviews

DENY = PolicyRuleInput(
    rule_id="no-crypto", when='payload.to == "crypto"', effect="DENY", reason="Frozen"
)
REVIEW = PolicyRuleInput(rule_id="large", when="payload.amount > 500", effect="REVIEW", risk="HIGH")
ALLOW = PolicyRuleInput(rule_id="small", when="payload.amount <= 500", effect="ALLOW")
STEP: dict[str, Any] = {"execution": "run-1", "node": "pay"}
CONFIG = {"configurable": {"thread_id": "thread-1"}}


class State(TypedDict):
    log: list[str]


def save(team: Team, *rules: PolicyRuleInput, based_on: int = 0) -> int:
    """Saves the policy, as somebody who neither asks nor decides. Returns its version."""
    with Holdpoint(team.url, team.token("ops", "policy:manage")) as ops:
        saved = ops.set_policy(based_on_version=based_on, mode="ENFORCED", rules=rules)
    return saved.policy.version


def test_80_the_policy_decides_whether_a_person_is_asked(team: Team) -> None:
    save(team, DENY, REVIEW, ALLOW)
    asked: list[str] = []
    runs: list[tuple[str, int]] = []

    def approve(node_exec_id: str) -> None:
        asked.append(node_exec_id)
        team.decide("APPROVE")(node_exec_id)

    @team.agent.gate(execution="run-1", on_waiting=approve)
    def pay(to: str, amount: int) -> None:
        runs.append((to, amount))

    pay("ada", 20)
    assert asked == []
    pay("ada", 900)
    assert len(asked) == 1
    with pytest.raises(NotApprovedError, match="rejected, Denied by rule no-crypto: Frozen"):
        pay("crypto", 20)
    assert len(asked) == 1
    assert runs == [("ada", 20), ("ada", 900)]
    assert [(review.decision_source, review.outcome) for review in team.reviews()] == [
        ("POLICY", None),
        ("REVIEWER", "EXECUTED"),
        ("POLICY", "EXECUTED"),
    ]


async def test_71_an_outcome_says_which_rules_decided_and_why(team: Team) -> None:
    version = save(team, DENY, REVIEW, ALLOW)
    with team.agent as agent:
        allowed = agent.review(**STEP, payload={"to": "ada", "amount": 20})
    assert isinstance(allowed, Approved) and allowed.policy is not None
    assert (allowed.source, allowed.decided_by, allowed.auto_approved) == ("POLICY", "ops", False)
    assert allowed.message == "Allowed by rule small"
    assert (allowed.policy.version, allowed.policy.effect) == (version, "ALLOW")
    async with team.async_agent as async_agent:
        denied = await async_agent.review(**STEP, payload={"to": "crypto", "amount": "20"})
        asked = await async_agent.ask(**STEP, payload={"to": "crypto", "amount": 1})
        assert isinstance(await async_agent.wait(asked), Rejected)
    assert isinstance(denied, Rejected) and denied.policy is not None
    assert (denied.source, denied.decided_by) == ("POLICY", "ops")
    assert denied.message == "Denied by rule no-crypto: Frozen"
    assert denied.policy.rule_ids == ["no-crypto"]
    assert [problem.rule_id for problem in denied.policy.problems] == ["large", "small"]


def test_73_an_approval_that_the_policy_denies_meanwhile_is_not_used(team: Team) -> None:
    version = save(team, REVIEW)
    payload = {"to": "crypto", "amount": 900}
    outcome = team.agent.review(**STEP, payload=payload, on_waiting=team.decide("APPROVE"))
    assert isinstance(outcome, Approved)
    save(team, REVIEW, DENY, based_on=version)
    runs: list[Any] = []
    with pytest.raises(NotApprovedError, match=r"denied by rule no-crypto: Frozen$") as refused:
        team.agent.run_once(outcome, runs.append)
    assert isinstance(refused.value.outcome, Voided)
    assert runs == []


def test_73_an_approval_that_the_policy_denies_meanwhile_resumes_no_graph(team: Team) -> None:
    runs: list[Any] = []

    def act(state: State) -> dict[str, Any]:
        runs.append(interrupt({"to": "crypto", "amount": 900}))
        return {}

    graph = StateGraph(State).add_node("act", act).add_edge(START, "act")
    compiled = graph.compile(checkpointer=InMemorySaver())
    with pytest.raises(NotDecidedError, match="timeout"):
        run_with_reviews(compiled, {"log": []}, CONFIG, client=team.agent, timeout=0.5)
    (review,) = team.waiting(1)
    team.reviewer.decide_reviews([decision(review.node_exec_id, "APPROVE")])
    save(team, DENY)
    with pytest.raises(NotDecidedError, match=r"denied by rule no-crypto: Frozen$"):
        run_with_reviews(compiled, None, CONFIG, client=team.agent)
    assert runs == []


def test_requests_carry_a_headline_a_risk_and_tags(team: Team) -> None:
    @team.agent.gate(
        execution="run-1",
        headline=lambda to, amount: f"Pay {amount} to {to}",
        risk=lambda to, amount: "HIGH" if amount > 500 else None,
        tags=["money"],
        on_waiting=team.decide("APPROVE"),
    )
    def pay(to: str, amount: int) -> None:
        pass

    pay("ada", 900)
    pay("ben", 1)
    team.agent.ask(**STEP, payload=1, headline="A number", risk="LOW", tags=("a", "b"))
    assert [(review.headline, review.risk, review.tags) for review in team.reviews()] == [
        ("A number", "LOW", ["a", "b"]),
        ("Pay 1 to ben", None, ["money"]),
        ("Pay 900 to ada", "HIGH", ["money"]),
    ]
    with pytest.raises(InvalidInputError, match="headline"):
        team.agent.ask(**STEP, payload=2, headline="x" * 201)


def test_waiting_for_a_review_requests_it_with_all_its_fields(team: Team) -> None:
    fields: dict[str, Any] = {"headline": "A number", "risk": "LOW", "tags": ["a"]}
    team.agent.ask(**STEP, payload=1, instructions="Please", consumers=["other"], **fields)
    (review,) = team.reviews()
    again = request_again(review)
    assert {name: again[name] for name in fields} == fields
    assert (again["instructions"], again["consumers"]) == ("Please", ["other"])


def test_reviews_of_a_graph_carry_them_too(team: Team) -> None:
    def mail(state: State) -> dict[str, Any]:
        interrupt({"to": "ann"})
        return {}

    graph = StateGraph(State).add_node("mail", mail).add_edge(START, "mail")
    run_with_reviews(
        graph.compile(checkpointer=InMemorySaver()),
        {"log": []},
        CONFIG,
        client=team.agent,
        headline=lambda node, payload: f"{node} to {payload['to']}",
        risk="LOW",
        tags=["mail"],
        on_waiting=team.decide("APPROVE"),
    )
    (review,) = team.reviews("thread-1")
    assert (review.headline, review.risk, review.tags) == ("mail to ann", "LOW", ["mail"])
