"""Uses every public name as a user would. It is only type-checked, by mypy and Pyright."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_type

from pydantic import BaseModel

from holdpoint_client import (
    UNSET,
    Answered,
    AnswerOutcome,
    ApprovalRequirement,
    ApprovalRequirementInput,
    Approved,
    AsyncHoldpoint,
    AutoApproval,
    Cancelled,
    ChangesRequested,
    Consumed,
    Decision,
    Deleted,
    EscalationStepInput,
    Execution,
    ExecutionEndedError,
    Expired,
    Holdpoint,
    HoldpointError,
    IncompatibleError,
    InputIssue,
    InvalidInputError,
    NotApproved,
    NotApprovedError,
    NotEligibleError,
    NotFoundError,
    Outcome,
    Policy,
    PolicyConflictError,
    PolicyRuleInput,
    PolicyVerdict,
    QuotaExceededError,
    RefusedError,
    Rejected,
    Review,
    ReviewComment,
    ReviewCommentInput,
    ReviewConflictError,
    ReviewEvent,
    ReviewLink,
    ReviewLinkInput,
    ReviewNotEditableError,
    ReviewPage,
    ReviewResult,
    ReviewRevision,
    Revised,
    Risk,
    SelfApprovalError,
    TeamInUseError,
    TimedOut,
    UnreachableError,
    Viewer,
    Voided,
    Vote,
    Webhook,
    WebhookDelivery,
    Withdrawn,
    copilot_node,
    copilot_session,
    copilot_step,
    payload_digest,
    step_id,
)


class Mail(BaseModel):
    to: str


def text_of(outcome: Outcome[Mail]) -> str:
    match outcome:
        case Approved(data=mail):
            return assert_type(mail, Mail).to
        case Rejected() | Expired() | Cancelled() | Deleted() | Consumed() | Withdrawn():
            return outcome.message
        case ChangesRequested() | Answered():
            return outcome.message
        case Voided() | TimedOut():
            return f"{outcome.source}: {[vote_of(vote) for vote in outcome.votes]}"


def answer_of(outcome: AnswerOutcome[Mail]) -> str:
    match outcome:
        case Answered(answer=mail):
            return assert_type(mail, Mail).to
        case Rejected() | ChangesRequested() | Expired() | Cancelled() | Deleted() | TimedOut():
            return outcome.message


def shorter(message: str, comments: Sequence[ReviewComment], review: Review) -> Revised | None:
    texts = [message, *(comment.text for comment in comments)]
    return Revised({**review.payload, "text": " ".join(texts)}, note="Shorter")


async def shorter_async(message: str, comments: Sequence[ReviewComment], review: Review) -> Revised:
    return Revised(review.payload)


def vote_of(vote: Vote) -> str:
    return f"{vote.actor} for {vote.on_behalf_of}: {vote.decision}"


def rules_of(outcome: Outcome[Mail]) -> list[str]:
    verdict: PolicyVerdict | None = outcome.policy
    return [] if verdict is None else verdict.rule_ids


def risk_of(amount: int) -> Risk | None:
    return "HIGH" if amount > 500 else None


def required(review: Review) -> list[ApprovalRequirement]:
    return review.approvals_required


def refusal(error: NotApprovedError) -> NotApproved:
    return error.outcome


def run(client: Holdpoint) -> None:
    outcome = client.review(
        execution="run",
        node="mail",
        payload={"to": "a"},
        parse=Mail,
        headline="Mail to a",
        risk="LOW",
        tags=["mail"],
        reversible=False,
        links=[ReviewLinkInput(title="Draft", url="https://example.com/draft")],
        on_changes_requested=shorter,
        approvals_required=[ApprovalRequirementInput(team_id="finance", count=2)],
        escalation=[EscalationStepInput(after="12h", actors=["ada"])],
    )
    assert_type(client.run_once(outcome, lambda mail: len(mail.to)), int)

    answered = client.ask_question(
        execution="run", node="who", headline="Who?", answer_schema={"type": "object"}, parse=Mail
    )
    print(answer_of(answered))
    comment: ReviewComment = client.add_comment(node_exec_id="a", text="b").comment
    revisions: list[ReviewRevision] = client.revisions("a")
    links: list[ReviewLink] = client.reviews(["a"])[0].links
    print(comment.pointer, revisions[0].note, links[0].url, ReviewCommentInput(text="a"))

    @client.gate(execution=lambda to: f"run-{to}", call=lambda to: to)
    def send(to: str) -> int:
        return len(to)

    assert_type(send("a"), int)
    asked = client.ask(execution="run", node="n", payload=1)
    known: Outcome[object] | None = client.outcome(asked)
    page: ReviewPage = client.pending_reviews(first=5)
    reviews: list[Review] = [edge.node for edge in page.edges]
    decision = Decision(node_exec_id=reviews[0].node_exec_id, decision="REJECT", payload=UNSET)
    standing: list[AutoApproval] = client.decide_reviews([decision]).auto_approvals
    execution: Execution | None = client.graph_execution(standing[0].graph_exec_id)
    result: ReviewResult | None = client.check_approval(
        graph_exec_id="run", node_exec_id="a", node_id="b"
    )
    viewer: Viewer = client.viewer()
    policy: Policy | None = client.policy()
    rule = PolicyRuleInput(rule_id="small", when="payload.amount < 5", effect="ALLOW")
    client.set_policy(based_on_version=0, mode="SHADOW", rules=[rule])
    hooks: list[Webhook] = client.webhooks()
    sent: list[WebhookDelivery] = client.webhook_deliveries(hooks[0].webhook_id)
    events: list[ReviewEvent] = list(client.review_events(after=sent[0].cursor))
    print(known, execution, result, viewer.scopes, policy, events[0].kind)


async def run_async(client: AsyncHoldpoint) -> None:
    async def send(mail: Mail) -> int:
        return len(mail.to)

    outcome = await client.review(execution="run", node="mail", payload={}, parse=Mail)
    assert_type(await client.run_once(outcome, send), int)

    @client.gate(execution="run", on_changes_requested=shorter_async)
    async def post(text: str) -> None:
        print(text)

    await post("a")

    @client.gate(execution="run", headline=lambda amount: f"Pay {amount}", risk=risk_of)
    async def pay(amount: int) -> str:
        return str(amount)

    assert_type(await pay(amount=5), str)
    async for event in client.review_events():
        print(event.cursor)


def reasons(error: HoldpointError) -> object:
    match error:
        case InvalidInputError(issues=[InputIssue() as issue, *_]):
            return issue.path
        case NotFoundError():
            return error.ids
        case ReviewConflictError():
            return [review.status for review in error.reviews]
        case ReviewNotEditableError() | SelfApprovalError() | NotEligibleError():
            return error.node_exec_ids
        case ExecutionEndedError():
            return error.execution_status
        case QuotaExceededError():
            return error.quota
        case PolicyConflictError():
            return error.policy.version
        case TeamInUseError():
            return error.node_exec_ids, error.rule_ids
        case IncompatibleError() | UnreachableError():
            return str(error)
        case RefusedError():
            return error.code, error.retry_after
        case _:
            return None


print(copilot_step(copilot_node("a")), step_id(copilot_session("s"), "n", None), payload_digest(1))
