"""Reviews that need several approvals, and approvals that are withdrawn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Team, decision
from proxy import Proxy

from holdpoint_client import (
    ApprovalRequirementInput,
    Approved,
    EscalationStepInput,
    Holdpoint,
    InvalidInputError,
    NotApprovedError,
    NotEligibleError,
    Rejected,
    TimedOut,
    Withdrawn,
)
from holdpoint_client.testing import ScriptedReviewer, approve, edit, in_turn, race, reject

STEP: dict[str, Any] = {"execution": "run-1", "node": "pay", "payload": {"amount": 500}}
TWO = [ApprovalRequirementInput(count=2)]


def person(team: Team, actor: str, scope: str = "review:decide") -> Holdpoint:
    return Holdpoint(team.url, team.token(actor, scope))


def vote(client: Holdpoint, node_exec_id: str, kind: str = "APPROVE", **options: Any) -> Any:
    (review,) = client.reviews([node_exec_id])
    one = decision(node_exec_id, kind, subject_digest=review.subject_digest, **options)
    return client.decide_reviews([one])


def withdraw(client: Holdpoint, node_exec_id: str) -> None:
    (review,) = client.reviews([node_exec_id])
    digest = review.subject_digest
    client.withdraw_decision(node_exec_id=node_exec_id, subject_digest=digest, reason="a mistake")


def in_background(*works: Callable[[str], object]) -> Callable[[str], None]:
    """For on_waiting: does it as people would."""

    def start(node_exec_id: str) -> None:
        def run() -> None:
            for work in works:
                work(node_exec_id)

        threading.Thread(target=run).start()

    return start


def test_waits_for_two_approvals_and_gets_the_votes_of_both(team: Team) -> None:
    ada, ben = person(team, "ada"), person(team, "ben")

    def vote_first(node_exec_id: str) -> None:
        done = vote(ada, node_exec_id, message="fine")
        assert (done.voted_count, done.approved_count) == (1, 0)
        assert done.reviews[0].approvals_required[0].given == 1

    outcome = team.agent.review(
        **STEP,
        approvals_required=TWO,
        escalation=[EscalationStepInput(after="1h", actors=["boss"])],
        on_waiting=in_background(vote_first, lambda id: vote(ben, id)),
    )
    assert isinstance(outcome, Approved)
    assert (outcome.source, outcome.decided_by) == ("REVIEWER", "ben")
    votes = [(one.actor, one.decision, one.message, one.ended_by) for one in outcome.votes]
    assert votes == [("ada", "APPROVE", "fine", None), ("ben", "APPROVE", None, None)]


def test_says_who_rejected_and_who_had_approved(team: Team) -> None:
    ada, ben = person(team, "ada"), person(team, "ben")
    outcome = team.agent.review(
        **STEP,
        approvals_required=TWO,
        on_waiting=in_background(lambda id: vote(ada, id), lambda id: vote(ben, id, "REJECT")),
    )
    assert isinstance(outcome, Rejected)
    assert outcome.decided_by == "ben"
    assert outcome.votes[0].actor == "ada"


def test_says_that_a_decision_is_an_override(team: Team) -> None:
    boss = person(team, "boss", "review:decide review:override")

    def override(node_exec_id: str) -> None:
        (review,) = boss.reviews([node_exec_id])
        boss.override_review(
            node_exec_id=node_exec_id,
            decision="APPROVE",
            subject_digest=review.subject_digest,
            reason="nobody of finance is at work",
        )

    outcome = team.agent.review(**STEP, approvals_required=TWO, on_waiting=in_background(override))
    assert (outcome.status, outcome.source, outcome.decided_by) == ("approved", "OVERRIDE", "boss")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"approvals_required": [ApprovalRequirementInput(count=0)]}, "approvals_required.0.count"),
        (
            {"approvals_required": [ApprovalRequirementInput(team_id="a b")]},
            "approvals_required.0.team_id",
        ),
        (
            {"approvals_required": [ApprovalRequirementInput(team_id="a", actors=["b"])]},
            "approvals_required.0",
        ),
        (
            {"approvals_required": [ApprovalRequirementInput(actors=[""])]},
            "approvals_required.0.actors.0",
        ),
        ({"approvals_required": [ApprovalRequirementInput()] * 6}, "approvals_required"),
        ({"approvals_required": [{"count": 2}]}, "approvals_required.0"),
        ({"approvals_required": ApprovalRequirementInput(count=2)}, "approvals_required"),
        ({"escalation": [EscalationStepInput(after="5", actors=["a"])]}, "escalation.0.after"),
        ({"escalation": [EscalationStepInput(after="5m")]}, "escalation.0"),
        (
            {
                "escalation": [
                    EscalationStepInput(after="1h", actors=["a"]),
                    EscalationStepInput(after="60m", actors=["b"]),
                ]
            },
            "escalation.1.after",
        ),
    ],
)
def test_refuses_who_cannot_approve_before_anything_is_sent(
    team: Team, proxy: Proxy, options: dict[str, Any], path: str
) -> None:
    agent = Holdpoint(proxy.url, team.token())

    @agent.gate(execution="run-1", **options)
    def pay() -> None:
        raise AssertionError

    for call in (
        lambda: agent.review(**STEP, **options),
        lambda: agent.ask(**STEP, **options),
        pay,
    ):
        with pytest.raises(InvalidInputError) as refused:
            call()
        assert [issue.path for issue in refused.value.issues] == [path]
    assert proxy.requests == []


def withdrawn_call(
    team: Team, proxy: Proxy, afterwards: Callable[[str], object], timeout: float | None = None
) -> tuple[Callable[[int], None], list[int], list[str]]:
    """A gated call whose approval is withdrawn right before the request that consumes it."""
    agent = Holdpoint(proxy.url, team.token())
    ada = person(team, "ada")
    paid: list[int] = []
    waits: list[str] = []

    def on_waiting(node_exec_id: str) -> None:
        waits.append(node_exec_id)
        if len(waits) > 1:
            return

        def take_back() -> None:
            withdraw(ada, node_exec_id)
            afterwards(node_exec_id)

        proxy.before = (b"consumeReview", take_back)
        in_background(lambda id: vote(ada, id))(node_exec_id)

    @agent.gate(execution="run-1", on_waiting=on_waiting, timeout=timeout)
    def pay(amount: int) -> None:
        paid.append(amount)

    return pay, paid, waits


def test_a_call_whose_approval_is_withdrawn_waits_for_another_decision(
    team: Team, proxy: Proxy
) -> None:
    ben = person(team, "ben")
    pay, paid, waits = withdrawn_call(team, proxy, lambda _: None)
    call = threading.Thread(target=pay, args=(500,))
    call.start()
    for _ in range(400):
        if len(waits) == 2:
            break
        threading.Event().wait(0.02)
    assert (len(waits), paid) == (2, [])
    vote(ben, waits[1], payload={"amount": 5})
    call.join(20)
    assert paid == [5]


def test_a_call_runs_with_the_edit_of_an_approval_that_replaced_a_withdrawn_one(
    team: Team, proxy: Proxy
) -> None:
    ada = person(team, "ada")
    pay, paid, waits = withdrawn_call(team, proxy, lambda id: vote(ada, id, payload={"amount": 7}))
    pay(500)
    assert (paid, len(waits)) == ([7], 1)


def test_a_call_never_runs_on_a_withdrawn_approval(team: Team, proxy: Proxy) -> None:
    ada = person(team, "ada")
    pay, paid, _ = withdrawn_call(team, proxy, lambda id: vote(ada, id, "REJECT"))
    with pytest.raises(NotApprovedError) as rejected:
        pay(500)
    assert isinstance(rejected.value.outcome, Rejected)
    pay, late, _ = withdrawn_call(team, proxy, lambda _: None, timeout=2)
    with pytest.raises(NotApprovedError) as timed_out:
        pay(501)
    assert isinstance(timed_out.value.outcome, TimedOut)
    assert (paid, late) == ([], [])


def test_run_once_does_not_run_and_the_feed_tells_of_a_withdrawal(team: Team) -> None:
    ada = person(team, "ada")
    outcome = team.agent.review(**STEP, on_waiting=in_background(lambda id: vote(ada, id)))
    withdraw(ada, outcome.node_exec_id)
    with pytest.raises(NotApprovedError, match="a mistake") as refused:
        team.agent.run_once(outcome, lambda _: pytest.fail())
    assert isinstance(refused.value.outcome, Withdrawn)
    kinds = []
    for event in team.agent.review_events(after="0", node_exec_ids=[outcome.node_exec_id]):
        kinds.append((event.kind, event.actor, event.status))
        if event.kind == "WITHDRAWN":
            break
    assert kinds[1:] == [("APPROVED", "ada", "APPROVED"), ("WITHDRAWN", "ada", "WAITING")]


def test_a_wait_ends_with_an_event_of_a_kind_that_the_client_does_not_know(
    team: Team, proxy: Proxy
) -> None:
    ada = person(team, "ada")
    agent = Holdpoint(proxy.url, team.token())
    proxy.replace = (b'"APPROVED"', b'"APPLAUD."')

    def decide(node_exec_id: str) -> None:
        proxy.wait_for_streams(1)
        vote(ada, node_exec_id)

    outcome = agent.review(**STEP, timeout=20, on_waiting=in_background(decide))
    assert outcome.decided_by == "ada"


def test_wait_goes_on_with_a_review_that_needs_several_approvals(team: Team) -> None:
    asked = team.agent.ask(**STEP, approvals_required=TWO)
    in_background(
        lambda id: vote(person(team, "ada"), id), lambda id: vote(person(team, "ben"), id)
    )(asked)
    outcome = team.agent.wait(asked, timeout=20)
    assert [one.actor for one in outcome.votes] == ["ada", "ben"]


def test_whoever_was_not_asked_gets_an_error(team: Team) -> None:
    required = [ApprovalRequirementInput(actors=["ada"])]
    asked = team.agent.ask(**STEP, approvals_required=required)
    ben = person(team, "ben")
    with pytest.raises(NotEligibleError) as refused:
        vote(ben, asked)
    assert refused.value.node_exec_ids == [asked]
    ada = person(team, "ada")
    assert ada.claim_review(node_exec_id=asked).review.claimed_by == "ada"
    assert ada.release_review(node_exec_id=asked).review.claimed_by is None


def test_the_scripted_reviewer_votes_as_several_people(team: Team) -> None:
    people = {name: team.token(name, "review:decide") for name in ("ada", "ben")}
    script = [
        in_turn(approve(who="ada", message="fine"), approve(who="ben")),
        in_turn(approve(who="ada"), edit({"amount": 2}, who="ben"), approve()),
        race(approve(who="ada"), reject(who="ben")),
    ]
    token = team.token("reviewer", "review:decide")
    with ScriptedReviewer(team.url, token, script, people) as reviewer:
        asked = {**STEP, "approvals_required": TWO, "timeout": 20}
        first = team.agent.review(**asked)
        assert [(one.actor, one.message) for one in first.votes] == [("ada", "fine"), ("ben", None)]
        second = team.agent.review(**{**asked, "node": "edited"})
        assert isinstance(second, Approved)
        assert second.payload == {"amount": 2}
        ends = [(one.actor, one.ended_by) for one in second.votes]
        assert ends == [("ada", "PAYLOAD_CHANGED"), ("ben", None), ("reviewer", None)]
        third = team.agent.review(**{**STEP, "node": "race"}, timeout=20)
        assert third.decided_by == ("ada" if isinstance(third, Approved) else "ben")
        reviewer.finish()

    wrong = [approve(who="nobody")]
    with ScriptedReviewer(team.url, token, wrong, people) as reviewer:
        team.agent.review(**{**STEP, "node": "wrong"}, timeout=1)
        with pytest.raises(AssertionError, match="no token of nobody is in people"):
            reviewer.finish()
