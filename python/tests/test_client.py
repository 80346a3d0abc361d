"""The client against a real service."""

from __future__ import annotations

import http.server
import inspect
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import ROOT, Team, decision
from graphql import build_schema
from proxy import Proxy
from pydantic import BaseModel
from typing_extensions import TypedDict

from holdpoint_client import (
    Approved,
    AsyncHoldpoint,
    Cancelled,
    Consumed,
    Deleted,
    Expired,
    Holdpoint,
    IncompatibleError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
    Rejected,
    ReviewConflictError,
    ReviewNotEditableError,
    SelfApprovalError,
    TimedOut,
    UnreachableError,
    Voided,
    copilot_session,
)

STEP: dict[str, Any] = {"execution": "run-1", "node": "pay", "payload": {"amount": 500}}


class Refund(BaseModel):
    amount: int


class RefundDict(TypedDict):
    amount: int


class TestOutcomes:
    async def test_what_was_asked_if_a_person_approves_it(self, team: Team) -> None:
        on_waiting = team.decide("APPROVE", message="ok")
        outcome = await team.async_agent.review(**STEP, on_waiting=on_waiting)
        assert isinstance(outcome, Approved)
        assert outcome.data == {"amount": 500}
        assert (outcome.message, outcome.decided_by) == ("ok", "reviewer")
        assert not outcome.edited and not outcome.auto_approved

    def test_the_same_from_the_blocking_client(self, team: Team) -> None:
        outcome = team.agent.review(**STEP, on_waiting=team.decide("APPROVE"))
        assert isinstance(outcome, Approved) and outcome.data == {"amount": 500}

    @pytest.mark.parametrize("parse", [Refund, lambda data: Refund(**data)])
    def test_an_edit_validated(self, team: Team, parse: Any) -> None:
        on_waiting = team.decide("APPROVE", payload={"amount": 50})
        outcome = team.agent.review(**STEP, parse=parse, on_waiting=on_waiting)
        assert isinstance(outcome, Approved) and outcome.edited
        assert outcome.data == Refund(amount=50)
        assert outcome.payload == {"amount": 50}

    def test_an_edit_that_is_not_valid_is_not_approved(self, team: Team) -> None:
        on_waiting = team.decide("APPROVE", payload={"amount": "much"})
        with pytest.raises(InvalidInputError) as error:
            team.agent.review(**STEP, parse=RefundDict, on_waiting=on_waiting)
        assert [issue.path for issue in error.value.issues] == ["payload.amount"]
        (review,) = team.reviews()
        assert not review.processed

    def test_a_rejection(self, team: Team) -> None:
        outcome = team.agent.review(**STEP, on_waiting=team.decide("REJECT", message="too much"))
        assert outcome == Rejected(outcome.node_exec_id, "too much", "reviewer", "REVIEWER")

    def test_a_timeout_settles_nothing_and_the_same_step_goes_on_waiting(self, team: Team) -> None:
        outcome = team.agent.review(**STEP, timeout=0.5)
        assert isinstance(outcome, TimedOut)
        (review,) = team.reviews()
        assert review.status == "WAITING"
        again = team.agent.review(**STEP, on_waiting=team.decide("APPROVE"))
        assert isinstance(again, Approved) and again.node_exec_id == outcome.node_exec_id

    def test_an_expiry(self, team: Team) -> None:
        expires_at = datetime.now(timezone.utc) + timedelta(seconds=1)
        outcome = team.agent.review(**STEP, expires_at=lambda: expires_at)
        assert isinstance(outcome, Expired)

    def test_a_stopped_run_and_a_deleted_review(self, team: Team) -> None:
        agent = team.agent
        cancelled = agent.review(
            **STEP, on_waiting=lambda _: team.reviewer.cancel_pending_reviews("run-1")
        )
        assert isinstance(cancelled, Cancelled)
        deleted = agent.review(**STEP | {"execution": "run-2"}, on_waiting=agent.delete_review)
        assert isinstance(deleted, Deleted)

    def test_what_was_used_and_what_became_void(self, team: Team) -> None:
        agent = team.agent
        outcome = agent.review(**STEP, on_waiting=team.decide("APPROVE"))
        assert agent.run_once(outcome, lambda data: data["amount"]) == 500
        used = agent.review(**STEP)
        assert isinstance(used, Consumed) and "already been used by agent at 2" in used.message
        other = STEP | {"payload": {"amount": 1}}
        agent.review(**other, on_waiting=team.decide("APPROVE"))
        team.reviewer.cancel_pending_reviews("run-1")
        (unused,) = [review for review in team.reviews() if not review.processed]
        assert isinstance(agent.outcome(unused.node_exec_id), Voided)

    def test_nobody_is_asked_where_a_standing_approval_stands(self, team: Team) -> None:
        agent = team.agent
        agent.review(**STEP, on_waiting=team.decide("APPROVE", auto_approve_future=True))
        outcome = agent.review(**STEP, call="2", on_waiting=lambda _: pytest.fail("asked"))
        assert isinstance(outcome, Approved) and outcome.auto_approved

    def test_asks_once_for_a_step_that_is_tried_again_and_twice_for_two_calls(
        self, team: Team
    ) -> None:
        for payload in ({"a": 1, "b": 2}, {"b": 2, "a": 1}):
            team.agent.ask(execution="run-1", node="pay", payload=payload)
        assert len(team.reviews()) == 1
        for call in ("1", "2"):
            team.agent.ask(**STEP, call=call)
        assert len(team.reviews()) == 3

    def test_keeps_the_payload_as_it_was_when_it_was_asked(self, team: Team) -> None:
        payload = {"amount": 500}

        def on_waiting(node_exec_id: str) -> None:
            payload["amount"] = 1
            team.decide("APPROVE")(node_exec_id)

        outcome = team.agent.review(**STEP | {"payload": payload}, on_waiting=on_waiting)
        assert isinstance(outcome, Approved) and outcome.data == {"amount": 500}

    def test_a_copilot_needs_no_run(self, team: Team) -> None:
        step = STEP | {"execution": copilot_session("1")}
        outcome = team.agent.review(**step, on_waiting=team.decide("APPROVE"))
        assert outcome.node_exec_id.startswith("copilot-node-pay:")

    def test_refuses_a_timeout_and_an_instant_that_are_none(self, team: Team) -> None:
        with pytest.raises(InvalidInputError, match="timeout: must be a number of seconds above 0"):
            team.agent.review(**STEP, timeout=0)
        with pytest.raises(InvalidInputError, match="expiresAt: must have a time zone"):
            team.agent.review(**STEP, expires_at=datetime(2030, 1, 1))


class TestTwoProcesses:
    def test_one_asks_and_another_goes_on(self, team: Team) -> None:
        asked = team.agent.ask(**STEP)
        other = team.agent
        assert other.outcome(asked) is None
        assert isinstance(other.wait(asked, timeout=0.5), TimedOut)
        team.decide("APPROVE", payload={"amount": 50})(asked)
        outcome = other.wait(asked, parse=Refund)
        assert other.run_once(outcome, lambda refund: refund.amount) == 50
        with pytest.raises(NotFoundError, match="There is no review nobody-asked"):
            other.wait("nobody-asked")
        with pytest.raises(NotFoundError):
            other.outcome("nobody-asked")

    def test_a_wait_that_began_by_id_gets_a_standing_approval_too(self, team: Team) -> None:
        first, second = (team.agent.ask(**STEP, call=call) for call in "ab")
        standing = decision(first, "APPROVE", auto_approve_future=True)
        team.reviewer.decide_reviews([standing])
        outcome = team.agent.wait(second, timeout=5)
        assert isinstance(outcome, Approved) and outcome.auto_approved

    def test_an_agent_acts_for_another_that_named_it(self, team: Team) -> None:
        asked = team.agent.ask(**STEP, consumers=["deployer"])
        team.decide("APPROVE")(asked)
        deployer = Holdpoint(team.url, team.token("deployer"))
        assert deployer.run_once(deployer.wait(asked), lambda data: data) == {"amount": 500}


class TestOperations:
    def test_every_operation_of_the_api_is_a_method_of_both_clients(self) -> None:
        schema = build_schema((ROOT / "schema.graphql").read_text())
        for kind in (schema.query_type, schema.mutation_type, schema.subscription_type):
            assert kind is not None
            for name in kind.fields:
                method = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
                if name == "apiVersion":
                    continue  # Known to be compatible.
                assert inspect.isfunction(getattr(Holdpoint, method)), method
                assert inspect.signature(getattr(Holdpoint, method)).parameters.keys() == (
                    inspect.signature(getattr(AsyncHoldpoint, method)).parameters.keys()
                )

    def test_both_clients_have_the_same_methods(self) -> None:
        def public(kind: type) -> set[str]:
            return {name for name in dir(kind) if not name.startswith("_")}

        assert public(AsyncHoldpoint) - {"aclose"} == public(Holdpoint) - {"close"}

    def test_each_error_of_the_api_is_raised_as_the_class_of_its_name(self, team: Team) -> None:
        agent, reviewer = team.agent, team.reviewer
        asked = agent.ask(**STEP, editable=False)
        with pytest.raises(ReviewNotEditableError) as not_editable:
            reviewer.decide_reviews([decision(asked, "APPROVE", payload=1)])
        assert not_editable.value.node_exec_ids == [asked]
        with pytest.raises(NotFoundError) as not_found:
            reviewer.decide_reviews([decision("no", "APPROVE")])
        assert not_found.value.ids == ["no"]
        with pytest.raises(InvalidInputError) as invalid:
            reviewer.decide_reviews([])
        assert [issue.path for issue in invalid.value.issues] == ["input.decisions"]
        reviewer.decide_reviews([decision(asked, "REJECT")])
        with pytest.raises(ReviewConflictError) as conflict:
            reviewer.decide_reviews([decision(asked, "APPROVE")])
        assert conflict.value.reviews[0].status == "REJECTED"
        agent.register_execution(
            graph_exec_id="run-1", graph_id="agent", graph_version=1, status="COMPLETED"
        )
        with pytest.raises(Exception, match="COMPLETED") as ended:
            agent.ask(**STEP, call="2")
        assert ended.value.execution_status == "COMPLETED"  # type: ignore[attr-defined]
        both = Holdpoint(team.url, team.token("both", "review:request review:decide"))
        mine = both.ask(**STEP | {"execution": "run-2"})
        with pytest.raises(SelfApprovalError):
            both.decide_reviews([decision(mine, "APPROVE")])

    def test_names_the_scope_that_the_token_lacks(self, team: Team) -> None:
        with pytest.raises(RefusedError, match="review:decide") as error:
            team.agent.decide_reviews([decision("a", "APPROVE")])
        assert error.value.code == "FORBIDDEN"

    def test_returns_what_the_api_returns(self, team: Team) -> None:
        agent, reviewer = team.agent, team.reviewer
        asked = agent.ask(**STEP | {"payload": None}, instructions="Pay?")
        page = reviewer.pending_reviews_for_execution("run-1")
        assert [edge.node for edge in page.edges] == agent.reviews([asked])
        review = agent.pending_review(asked)
        assert review is not None
        assert (review.payload, review.instructions, review.editable) == (None, "Pay?", True)
        assert datetime.now(timezone.utc) - review.created_at < timedelta(minutes=1)
        assert agent.has_pending_reviews("run-1") is True
        decided = reviewer.decide_reviews(
            [decision(asked, "APPROVE", payload=7, message="m", auto_approve_future=True)]
        )
        assert (decided.approved_count, decided.reviews[0].payload) == (1, 7)
        assert [a.node_id for a in agent.auto_approvals("run-1") if a.active] == ["pay"]
        checked = agent.check_approval(graph_exec_id="run-1", node_exec_id=asked, node_id="pay")
        assert checked is not None and checked.data == 7
        execution = agent.graph_execution("run-1")
        assert execution is not None and execution.registered_by == "agent"
        assert agent.viewer().actor == "agent"
        with pytest.raises(RefusedError, match="not a global ID"):
            agent.node("nothing")
        revoked = reviewer.revoke_auto_approval(graph_exec_id="run-1", node_id="pay")
        assert revoked.auto_approval.revoked_by == "reviewer"
        assert reviewer.reviews_by_state("UNCONSUMED").total_count == 1
        assert agent.set_review_processed(node_exec_id=asked, processed=True).changed
        assert agent.report_outcome(node_exec_id=asked, outcome="SKIPPED").review.outcome_at
        manager = Holdpoint(team.url, team.token("manager", "webhook:manage"))
        created = manager.create_webhook(url="https://example.com/hook", kinds=["APPROVED"])
        assert created.secret.startswith("whsec_")
        assert manager.webhooks() == [created.webhook]
        assert manager.delete_webhook(created.webhook.webhook_id).deleted_count == 1
        query = "query ($id: ID!) { reviews(nodeExecIds: [$id]) { id } }"
        (found,) = agent.request(query, {"id": asked})["reviews"]
        assert agent.node(found["id"])["nodeExecId"] == asked  # type: ignore[index]

    async def test_follows_the_feed_and_new_reviews(self, team: Team) -> None:
        after = team.reviewer.pending_reviews().feed_cursor
        async with team.async_agent as agent:
            asked = await agent.ask(**STEP)
            added = agent.pending_review_added(after=after)
            cursor, review = await anext(aiter(added))
            assert review.node_exec_id == asked and review.payload == {"amount": 500}
            events = agent.review_events(after=cursor, node_exec_ids=[asked])
            team.decide("REJECT")(asked)
            event = await anext(aiter(events))
            assert (event.kind, event.actor) == ("REJECTED", "reviewer")
        for event in team.agent.review_events(after=after):
            if event.kind == "REJECTED":
                break


class TestFaults:
    def test_a_request_is_retried_when_it_is_safe_to_repeat(self, team: Team, proxy: Proxy) -> None:
        agent = Holdpoint(proxy.url, team.token())
        agent.viewer()
        proxy.swallow = b"requestReview"
        asked = agent.ask(**STEP)
        assert proxy.count("requestReview(") == 2 and len(team.reviews()) == 1
        reviewer = Holdpoint(proxy.url, team.token("reviewer", "review:decide"))
        reviewer.viewer()
        proxy.swallow = b"decideReviews"
        with pytest.raises(UnreachableError):
            reviewer.decide_reviews([decision(asked, "APPROVE")])
        assert proxy.count("decideReviews(") == 1
        assert isinstance(agent.outcome(asked), Approved)

    def test_an_approval_is_consumed_although_the_answer_was_lost(
        self, team: Team, proxy: Proxy
    ) -> None:
        agent = Holdpoint(proxy.url, team.token())
        outcome = agent.review(**STEP, on_waiting=team.decide("APPROVE"))
        proxy.swallow = b"consumeReview"
        assert agent.run_once(outcome, lambda data: data) == {"amount": 500}
        assert proxy.swallow is None and proxy.count("consumeReview(") == 2

    def test_a_service_that_is_away_is_told_apart_from_a_reviewer_who_is(
        self, team: Team, proxy: Proxy
    ) -> None:
        proxy.target = None
        agent = Holdpoint(proxy.url, team.token(), patience=0.3)
        with pytest.raises(UnreachableError, match=proxy.url):
            agent.review(**STEP)
        patient = Holdpoint(proxy.url, team.token())
        with pytest.raises(UnreachableError, match=r"no answer within the timeout of 0\.2 s"):
            patient.review(**STEP, timeout=0.2)

    @pytest.mark.parametrize("code", ["TOO_MANY_REQUESTS", None])
    def test_a_rate_limit_is_waited_for_even_before_what_is_sent_only_once(
        self, team: Team, proxy: Proxy, code: str | None
    ) -> None:
        asked = team.agent.ask(**STEP)
        reviewer = Holdpoint(proxy.url, team.token("reviewer", "review:decide"))
        reviewer.viewer()
        body = b"slow down"
        if code:
            body = json.dumps({"errors": [{"message": "", "extensions": {"code": code}}]}).encode()
        head = f"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: {len(body)}"
        proxy.answer = head.encode() + b"\r\nconnection: close\r\n\r\n" + body
        began = time.monotonic()
        assert reviewer.decide_reviews([decision(asked, "APPROVE")]).approved_count == 1
        assert time.monotonic() - began >= 1

    def test_a_rate_limit_longer_than_the_patience_is_an_error(
        self, team: Team, proxy: Proxy
    ) -> None:
        agent = Holdpoint(proxy.url, team.token(), patience=1)
        agent.viewer()
        head = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 60\r\ncontent-length: 0"
        proxy.answer = head + b"\r\nconnection: close\r\n\r\n"
        with pytest.raises(RefusedError, match="429") as error:
            agent.ask(**STEP)
        assert error.value.retry_after == 60

    def test_the_first_request_checks_that_the_server_is_holdpoint(self, team: Team) -> None:
        with other_server(b"<html>", 200) as url, pytest.raises(IncompatibleError, match="GraphQL"):
            Holdpoint(url, "token").viewer()
        for version, age in (("1.9", "older"), ("3.0", "newer")):
            answer = {"data": {"apiVersion": version, "viewer": {"scopes": []}}}
            body = json.dumps(answer).encode()
            with other_server(body) as url, pytest.raises(IncompatibleError, match=age):
                Holdpoint(url, "token").ask(**STEP)
        body = b'{"data": {"apiVersion": "nope"}}'
        with other_server(body) as url, pytest.raises(IncompatibleError, match="not Holdpoint"):
            Holdpoint(url, "token").viewer()

    def test_says_that_a_url_or_token_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("HOLDPOINT_URL", raising=False)
        with pytest.raises(InvalidInputError, match="url: must be an http:// or https:// URL"):
            Holdpoint(token="t")
        with pytest.raises(InvalidInputError, match="token: must be a token"):
            Holdpoint("http://127.0.0.1:4000", "two words")

    @pytest.mark.parametrize("path", ["", "/", "/graphql", "/graphql/"])
    @pytest.mark.parametrize("base", ["https://example.com", "https://example.com/holdpoint"])
    def test_a_url_may_name_only_the_service(self, base: str, path: str) -> None:
        url = Holdpoint(base + path, "token")._connection.url
        assert url.rstrip("/") == f"{base}/graphql"

    def test_says_that_a_token_is_not_valid(self, team: Team) -> None:
        with pytest.raises(RefusedError) as error:
            Holdpoint(team.url, "nobody").ask(**STEP)
        assert error.value.code == "UNAUTHENTICATED"

    def test_a_client_can_be_closed_and_used_again(self, team: Team) -> None:
        with team.agent as agent:
            agent.viewer()
        assert agent.viewer().actor == "agent"


@contextmanager
def other_server(body: bytes, status: int = 200) -> Iterator[str]:
    """A server that is not Holdpoint."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
