"""Questions, requests for changes, revisions and comments."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Team, decision

from holdpoint_client import (
    Answered,
    Approved,
    ChangesRequested,
    InvalidInputError,
    NotApprovedError,
    Rejected,
    ReviewCommentInput,
    ReviewConflictError,
    ReviewLinkInput,
    Revised,
    TimedOut,
    step_id,
)
from holdpoint_client._types import Review, ReviewComment, ReviewDecision
from holdpoint_client.testing import (
    ScriptedReviewer,
    Step,
    answer,
    approve,
    edit,
    reject,
    request_changes,
)

QUESTION: dict[str, Any] = {
    "execution": "run-1",
    "node": "which-account",
    "headline": "Which account pays the refund?",
    "payload": {"customer": "c-9"},
    "answer_schema": {"enum": ["main", "escrow"]},
}
REFUND: dict[str, Any] = {
    "execution": "run-1",
    "node": "refund",
    "payload": {"cents": 20_000, "to": "c-9"},
}
AGENT = Path(__file__).with_name("revising_agent.py")


def scripted(team: Team, *script: Step) -> ScriptedReviewer:
    return ScriptedReviewer(team.url, team.token("reviewer", "review:decide"), script)


class TestQuestions:
    async def test_an_answer(self, team: Team) -> None:
        with scripted(team, answer("escrow", message="As last time")) as reviewer:
            outcome = await team.async_agent.ask_question(**QUESTION)
            assert isinstance(outcome, Answered)
            assert (outcome.answer, outcome.answer_json) == ("escrow", "escrow")
            assert (outcome.message, outcome.decided_by) == ("As last time", "reviewer")
            reviewer.finish()

    def test_its_type(self, team: Team) -> None:
        with scripted(team, answer("escrow"), answer("main")) as reviewer:
            outcome = team.agent.ask_question(**QUESTION, parse=str)
            assert isinstance(outcome, Answered)
            assert outcome.answer == "escrow"
            again = team.agent.ask_question(**QUESTION, call="2", parse=str.upper)
            assert isinstance(again, Answered)
            assert (again.answer, again.answer_json) == ("MAIN", "main")
            reviewer.finish()

    def test_the_same_question_has_one_answer_after_a_restart(self, team: Team) -> None:
        first = team.agent.ask_question(**QUESTION, timeout=0.3)
        assert isinstance(first, TimedOut)
        given = decision(first.node_exec_id, "ANSWER", answer="main")
        team.reviewer.decide_reviews([given])
        again = team.agent.ask_question(**QUESTION)
        assert isinstance(again, Answered)
        assert again.node_exec_id == first.node_exec_id
        other = {**QUESTION, "headline": "And which one pays the fee?"}
        assert isinstance(team.agent.ask_question(**other, timeout=0.3), TimedOut)

    def test_a_rejection_is_no_answer_and_null_is_one(self, team: Team) -> None:
        question = {**QUESTION, "answer_schema": {"type": ["string", "null"]}}
        with scripted(team, reject(message="Nobody knows"), answer(None)) as reviewer:
            none = team.agent.ask_question(**question)
            assert isinstance(none, Rejected)
            assert none.message == "Nobody knows"
            null = team.agent.ask_question(**question, call="2")
            assert isinstance(null, Answered)
            assert null.answer is None
            reviewer.finish()

    def test_an_answer_is_never_an_approval(self, team: Team) -> None:
        agent = team.agent
        with scripted(team, answer("main")) as reviewer:
            answered = agent.ask_question(**QUESTION, node_exec_id="q")
            reviewer.finish()
        assert isinstance(answered, Answered)
        ran: list[object] = []
        with pytest.raises(NotApprovedError):
            agent.run_once(answered, ran.append)
        forged: Approved[Any] = Approved("q", data={}, payload={"customer": "c-9"})
        with pytest.raises(NotApprovedError):
            agent.run_once(forged, ran.append)
        assert ran == []
        with pytest.raises(ReviewConflictError, match="an answer is never an approval"):
            agent.review(**{**REFUND, "node": QUESTION["node"]}, node_exec_id="q")
        with pytest.raises(ReviewConflictError, match="an answer is never an approval"):
            agent.wait("q")
        action = agent.ask(**REFUND)
        with pytest.raises(ReviewConflictError, match="is a request for approval"):
            agent.ask_question(**{**QUESTION, "node": "refund"}, node_exec_id=action)

    def test_both_clients_give_a_question_the_same_id(self, team: Team) -> None:
        question = [
            QUESTION["headline"],
            None,
            QUESTION["payload"],
            QUESTION["answer_schema"],
        ]
        program = f"""
        import {{ createClient }} from '@holdpoint/client';
        const holdpoint = createClient({{ url: '{team.url}', token: '{team.token()}' }});
        const {{ answer_schema: answerSchema, ...question }} = {json.dumps(QUESTION)};
        const {{ nodeExecId }} = await holdpoint.askQuestion({{
          ...question, answerSchema, timeLimitMs: 500
        }});
        console.log(nodeExecId);
        """
        node = str(ROOT / "node_modules/node/bin/node")
        flags = ["--conditions=holdpoint-source", "--input-type=module", "-e", program]
        done = subprocess.run([node, *flags], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == step_id("run-1", "which-account", question, None)


class TestChanges:
    async def test_a_revision_is_approved_and_runs(self, team: Team) -> None:
        seen: list[object] = []
        ran: list[object] = []

        async def half(message: str, comments: Sequence[ReviewComment], review: Review) -> Revised:
            seen.append((message, [(c.text, c.pointer) for c in comments], review.revision))
            cents = review.payload["cents"]
            return Revised({**review.payload, "cents": cents // 2}, f"Half of {cents}")

        agent = team.async_agent
        waited: list[str] = []
        comment = ReviewCommentInput(text="At most 100", pointer="/cents")
        script = [request_changes("Less", comments=[comment]), request_changes("Still less")]
        link = ReviewLinkInput(title="The order", url="https://shop.example.com/orders/17")

        @agent.gate(
            execution="run-1",
            reversible=False,
            links=[link],
            on_waiting=waited.append,
            on_changes_requested=half,
        )
        async def refund(cents: int, to: str) -> None:
            ran.append((cents, to))

        with scripted(team, *script, approve()) as reviewer:
            await refund(20_000, to="c-9")
            reviewer.finish()
        assert ran == [(5_000, "c-9")]
        assert seen == [("Less", [("At most 100", "/cents")], 1), ("Still less", [], 2)]
        assert len(set(waited)) == 1
        revisions = await agent.revisions(waited[0])
        assert [one.note for one in revisions] == [None, "Half of 20000", "Half of 10000"]
        assert revisions[0].changes_requested == "Less"
        await agent.add_comment(node_exec_id=waited[0], text="Thank you")
        comments = await agent.comments(waited[0])
        assert [one.text for one in comments] == ["At most 100", "Thank you"]
        (review,) = await agent.reviews(waited[:1])
        assert (review.reversible, review.links[0].title) == (False, "The order")
        assert review.outcome == "EXECUTED"

    def test_a_blocking_agent_revises_and_the_revision_is_edited(self, team: Team) -> None:
        script = [request_changes("Less"), edit({"cents": 50, "to": "c-9"})]
        with scripted(team, *script) as reviewer:
            outcome = team.agent.review(
                **REFUND,
                on_changes_requested=lambda *_: Revised({"cents": 100, "to": "c-9"}),
            )
            reviewer.finish()
        assert isinstance(outcome, Approved)
        assert (outcome.edited, outcome.data["cents"]) == (True, 50)

    def test_it_is_not_offered_if_the_agent_cannot_revise(self, team: Team) -> None:
        node_exec_id = team.agent.ask(**REFUND)
        (review,) = team.reviews()
        assert review.allowed_decisions == ["APPROVE", "REJECT"]
        with pytest.raises(InvalidInputError, match="APPROVE, REJECT"):
            team.reviewer.decide_reviews([decision(node_exec_id, "REQUEST_CHANGES", message="x")])
        with pytest.raises(InvalidInputError, match="with on_changes_requested"):
            team.agent.review(**REFUND, allowed_decisions=["REQUEST_CHANGES"])

    def test_without_a_revision_it_is_no_approval(self, team: Team) -> None:
        with scripted(team, request_changes("Less")) as reviewer:
            outcome = team.agent.review(**REFUND, on_changes_requested=lambda *_: None)
            reviewer.finish()
        assert isinstance(outcome, ChangesRequested)
        assert outcome.message == "Less"
        with pytest.raises(NotApprovedError, match="changes_requested, Less"):
            team.agent.run_once(outcome, print)
        with pytest.raises(TypeError, match="must return Revised or None, not dict"):
            team.agent.review(
                **REFUND,
                on_changes_requested=lambda *_: {},  # type: ignore[arg-type]
            )

    def test_another_process_can_revise_in_wait(self, team: Team) -> None:
        allowed: Sequence[ReviewDecision] = ("APPROVE", "REQUEST_CHANGES")
        node_exec_id = team.agent.ask(**REFUND, allowed_decisions=allowed)
        with scripted(team, request_changes("Less"), approve()) as reviewer:
            first = team.agent.wait(node_exec_id)
            assert isinstance(first, ChangesRequested)
            second = team.agent.wait(
                node_exec_id, on_changes_requested=lambda *_: Revised({"cents": 1})
            )
            reviewer.finish()
        assert isinstance(second, Approved)
        assert second.data == {"cents": 1}


def agent(team: Team, point: str = "nowhere") -> subprocess.Popen[str]:
    command = [sys.executable, str(AGENT), team.url, team.token(), point]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    output, _ = process.communicate(timeout=30)
    return process.returncode, output.split("\n")[:-1]


@pytest.mark.parametrize("point", ["before revising", "after revising"])
def test_an_agent_that_crashed_while_it_revised_continues(team: Team, point: str) -> None:
    with scripted(team, request_changes("Half"), approve()) as reviewer:
        assert ended(agent(team, point)) == (9, ["revising 8"])
        revises = ["revising 8"] if point == "before revising" else []
        assert ended(agent(team)) == (0, [*revises, "paid 4"])
        assert ended(agent(team)) == (0, ["consumed"])
        reviewer.finish()
    assert [review.revision for review in team.reviews()] == [2]


def test_a_revision_whose_answer_was_lost_is_not_sent_twice(team: Team) -> None:
    with scripted(team, request_changes("Half"), approve()) as reviewer:
        assert ended(agent(team, "losing the answer")) == (0, ["revising 8", "paid 4"])
        reviewer.finish()
    assert [review.revision for review in team.reviews()] == [2]


def test_two_workers_of_one_agent_revise_once_and_act_once(team: Team) -> None:
    with scripted(team, request_changes("Half"), approve()) as reviewer:
        workers = [agent(team), agent(team)]
        lines = [line for worker in workers for line in ended(worker)[1]]
        reviewer.finish()
    assert sorted(line for line in lines if "revising" not in line) == ["consumed", "paid 4"]
    assert [review.revision for review in team.reviews()] == [2]
