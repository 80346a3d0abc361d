"""LangGraph and LangChain: the real packages, with a scripted model."""

from __future__ import annotations

import asyncio
import operator
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

import pytest
from conftest import Team, decision
from proxy import Proxy
from typing_extensions import TypedDict

pytest.importorskip("langgraph")

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnablePassthrough
from langchain_core.tools import StructuredTool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Send, interrupt

from holdpoint_client import (
    ApprovalRequirementInput,
    Approved,
    Holdpoint,
    InvalidInputError,
    ReviewCommentInput,
)
from holdpoint_client.compat.approval_system import (
    create_code_approval_interrupt,
    get_approval_resume_data,
)
from holdpoint_client.langgraph import (
    AlreadyResumedError,
    NotDecidedError,
    UnanswerableError,
    arun_with_reviews,
    run_with_reviews,
)
from holdpoint_client.testing import (
    ScriptedReviewer,
    answer,
    approve,
    edit,
    reject,
    request_changes,
)

CONFIG: Any = {"configurable": {"thread_id": "thread-1"}}


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def reviewer(team: Team, *script: Any) -> ScriptedReviewer:
    return ScriptedReviewer(team.url, team.token("reviewer", "review:decide"), script)


def graph_of(*nodes: Any, checkpointer: Any = None) -> Any:
    graph = StateGraph(State)
    for node in nodes:
        graph.add_node(node.__name__, node)
        graph.add_edge(START, node.__name__)
    return graph.compile(checkpointer=checkpointer or InMemorySaver())


def pay(state: State) -> dict[str, Any]:
    first = interrupt({"amount": 500})
    second = interrupt({"amount": 600})
    return {"log": [f"pay {first['data']} {second['data']}"]}


def tell(state: State) -> dict[str, Any]:
    return {"log": [f"tell {interrupt('Tell them?')['approved']}"]}


def outcomes(team: Team) -> dict[str, tuple[str | None, str | None]]:
    """Outcomes and their details, by step."""
    reviews = team.reviews("thread-1")
    return {review.node_id: (review.outcome, review.outcome_detail) for review in reviews}


def wait_for_write(saver: InMemorySaver, text: str) -> None:
    """Until what another node or tool returned is stored. A graph ends with the first error."""
    while not any(text in str(one.pending_writes) for one in saver.list(CONFIG)):
        time.sleep(0.01)


def test_each_interrupt_is_reviewed_and_gets_its_own_answer(team: Team) -> None:
    script = [
        edit({"amount": 5}, when=lambda review: review.payload == {"amount": 500}),
        approve(when=lambda review: review.payload == {"amount": 600}),
        reject(when=lambda review: review.node_id == "tell"),
    ]
    with reviewer(team, *script) as human:
        result = run_with_reviews(graph_of(pay, tell), {"log": []}, CONFIG, client=team.agent)
        human.finish()
    expected = ["pay {'amount': 5} {'amount': 600}", "tell False"]
    assert sorted(result["log"]) == expected
    outcomes = {review.node_id: review.outcome for review in team.reviews("thread-1")}
    assert outcomes == {"pay": "EXECUTED", "tell": None}


def test_equal_questions_of_one_node_are_asked_twice(team: Team) -> None:
    def act(state: State) -> dict[str, Any]:
        return {"log": [str(interrupt("Sure?")["approved"]), str(interrupt("Sure?")["approved"])]}

    with reviewer(team, approve(), reject()) as human:
        result = run_with_reviews(graph_of(act), {"log": []}, CONFIG, client=team.agent)
        human.finish()
    assert result["log"] == ["True", "False"]


def test_of_two_nodes_only_the_one_that_raises_has_failed(team: Team) -> None:
    saver = InMemorySaver()

    def good(state: State) -> dict[str, Any]:
        return {"log": [str(interrupt("good?")["approved"])]}

    def bad(state: State) -> dict[str, Any]:
        interrupt("bad?")
        wait_for_write(saver, "True")
        raise ValueError("broken")

    with reviewer(team, approve(times=2)), pytest.raises(ValueError, match="broken"):
        run_with_reviews(
            graph_of(good, bad, checkpointer=saver), {"log": []}, CONFIG, client=team.agent
        )
    assert outcomes(team) == {"good": ("EXECUTED", None), "bad": ("FAILED", "ValueError: broken")}


def test_an_answer_fits_the_schema_of_the_interrupt(team: Team) -> None:
    def act(state: State) -> dict[str, Any]:
        sure = interrupt("Sure?", response_schema={"type": "boolean"})
        data = {"maximum": 600}
        properties = {"approved": {"type": "boolean"}, "data": data}
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {"log": [f"{sure} {interrupt(500, response_schema=schema)}"]}

    script = [
        approve(when=lambda review: review.payload == "Sure?"),
        edit(700, when=lambda review: review.payload == 500),
        edit(600, when=lambda review: review.payload == 500),
    ]
    with reviewer(team, *script) as human:
        result = run_with_reviews(graph_of(act), {"log": []}, CONFIG, client=team.agent)
        human.finish()
    assert result["log"] == ["True {'approved': True, 'data': 600}"]
    (skipped,) = [review for review in team.reviews("thread-1") if review.outcome == "SKIPPED"]
    assert "700 is greater than the maximum of 600" in str(skipped.outcome_detail)


async def test_an_edit_that_changes_the_shape_is_refused_and_asked_again(team: Team) -> None:
    script = [edit("text", when=lambda review: review.payload == {"amount": 500}), approve(times=2)]
    with reviewer(team, *script) as human:
        result = await arun_with_reviews(
            graph_of(pay), {"log": []}, CONFIG, client=team.async_agent
        )
        human.finish()
    assert result["log"] == ["pay {'amount': 500} {'amount': 600}"]
    skipped = [review for review in team.reviews("thread-1") if review.outcome == "SKIPPED"]
    assert [review.outcome_detail for review in skipped] == [
        "The edit was refused: must stay an object, and became text"
    ]


def test_an_approval_request_is_answered_in_the_state(team: Team) -> None:
    class Approval(TypedDict, total=False):
        approval_approved: bool | None
        approved_payload: dict[str, Any] | None
        result: str

    def run_code(state: Approval) -> dict[str, Any]:
        resumes, payload = get_approval_resume_data(state, "python_executor")
        if not resumes:
            interrupt(create_code_approval_interrupt("print(1)", {}, "write", []))
        return {"result": payload["code"] if payload else "nothing"}

    graph = StateGraph(Approval).add_node("run_code", run_code).add_edge(START, "run_code")
    compiled = graph.compile(checkpointer=InMemorySaver())
    change = lambda payload: {**payload, "code": "print(2)"}  # noqa: E731
    with reviewer(team, edit(change)) as human:
        result = run_with_reviews(compiled, {}, CONFIG, client=team.agent, answer_in_state=True)
        human.finish()
    assert result["result"] == "print(2)"
    (review,) = team.reviews("thread-1")
    assert (review.node_id, review.approval_type) == ("python_executor", "python_executor")
    assert review.instructions is not None and "print(1)" in review.instructions


class TestWorkers:
    async def test_of_two_workers_one_resumes(self, team: Team) -> None:
        saver, runs = InMemorySaver(), []

        def act(state: State) -> dict[str, Any]:
            if interrupt("Act?")["approved"]:
                runs.append(1)
            return {"log": ["acted"]}

        await graph_of(act, checkpointer=saver).ainvoke({"log": []}, CONFIG)
        workers = [
            arun_with_reviews(
                graph_of(act, checkpointer=saver), None, CONFIG, client=team.async_agent
            )
            for _ in range(2)
        ]
        with reviewer(team, approve()):
            results = await asyncio.gather(*workers, return_exceptions=True)
        assert sum(isinstance(result, AlreadyResumedError) for result in results) == 1
        assert runs == [1]

    def test_a_crash_after_the_claim_runs_it_again_only_by_taking_over(self, team: Team) -> None:
        runs: list[int] = []

        def act(state: State) -> dict[str, Any]:
            interrupt("Act?")
            runs.append(1)
            return {"log": ["acted"]}

        graph = graph_of(act)
        agent = team.agent
        with pytest.raises(NotDecidedError, match="timeout"):
            run_with_reviews(graph, {"log": []}, CONFIG, client=agent, timeout=0.5)
        (review,) = team.waiting(1)
        assert agent.outcome(review.node_exec_id) is None
        with reviewer(team, approve()):
            outcome = agent.wait(review.node_exec_id)
        agent.run_once(outcome, lambda data: data)  # Here the worker crashed.
        with pytest.raises(AlreadyResumedError, match="take_over"):
            run_with_reviews(graph, None, CONFIG, client=agent)
        assert runs == []
        result = run_with_reviews(graph, None, CONFIG, client=agent, take_over=True)
        assert result["log"] == ["acted"] and runs == [1]

    def test_a_node_that_fails_is_reported(self, team: Team) -> None:
        def act(state: State) -> dict[str, Any]:
            interrupt("Act?")
            raise ValueError("broken")

        with reviewer(team, approve()), pytest.raises(ValueError, match="broken"):
            run_with_reviews(graph_of(act), {"log": []}, CONFIG, client=team.agent)
        (review,) = team.reviews("thread-1")
        assert (review.outcome, review.outcome_detail) == ("FAILED", "ValueError: broken")

    def test_refuses_what_cannot_go_on(self, team: Team) -> None:
        with pytest.raises(InvalidInputError, match="thread_id"):
            run_with_reviews(graph_of(pay), {}, {}, client=team.agent)
        plain = StateGraph(State).add_node(pay).add_edge(START, "pay").compile()
        with pytest.raises(InvalidInputError, match="checkpointer"):
            run_with_reviews(plain, {}, CONFIG, client=team.agent)


class Scripted(GenericFakeChatModel):
    def bind_tools(self, tools: Any, **options: Any) -> Any:
        return self


def agent_of(sent: list[Any], calls: list[dict[str, Any]], allowed: list[str]) -> Any:
    def send_mail(to: str) -> str:
        """Sends an e-mail."""
        sent.append(to)
        return f"sent to {to}"

    messages = [AIMessage(content="", tool_calls=calls), AIMessage(content="done")]
    middleware = HumanInTheLoopMiddleware(
        interrupt_on={"send_mail": {"allowed_decisions": allowed}}  # type: ignore[dict-item]
    )
    return create_agent(
        Scripted(messages=iter(messages)),
        tools=[send_mail],
        middleware=[middleware],
        checkpointer=InMemorySaver(),
    )


CALL = {"name": "send_mail", "args": {"to": "a"}, "id": "1", "type": "tool_call"}


def test_changes_that_are_asked_for_are_a_reply_to_the_model(team: Team) -> None:
    sent: list[str] = []
    graph = agent_of(sent, [CALL], ["approve", "reject", "respond"])
    comment = ReviewCommentInput(text="Testers only", pointer="/args/to")
    with reviewer(team, request_changes("Not to all", comments=[comment])) as human:
        result = run_with_reviews(graph, {"messages": ["go"]}, CONFIG, client=team.agent)
        human.finish()
    assert sent == []
    (message,) = [one for one in result["messages"] if one.type == "tool"]
    assert message.content.split("\n") == [
        "This call was not approved and has not run. The reviewer asks for changes:",
        "Not to all",
        "On /args/to: Testers only",
    ]
    (review,) = team.reviews("thread-1")
    assert (review.status, review.outcome) == ("CHANGES_REQUESTED", None)
    comments = team.agent.comments(review.node_exec_id)
    assert comments[-1].text.startswith("Passed on to the model")


def test_a_tool_that_a_person_stands_in_for_is_a_question(team: Team) -> None:
    sent: list[str] = []
    graph = agent_of(sent, [CALL], ["respond"])
    with reviewer(team, answer("It is ada@example.com")) as human:
        result = run_with_reviews(graph, {"messages": ["go"]}, CONFIG, client=team.agent)
        human.finish()
    assert sent == []
    (message,) = [one for one in result["messages"] if one.type == "tool"]
    assert (message.content, message.status) == ("It is ada@example.com", "success")
    (review,) = team.reviews("thread-1")
    assert (review.kind, review.status, review.processed) == ("QUESTION", "ANSWERED", True)


def test_a_rejection_is_a_reply_where_the_middleware_takes_no_rejection(team: Team) -> None:
    graph = agent_of([], [CALL], ["approve", "respond"])
    with reviewer(team, reject(message="Not today")) as human:
        result = run_with_reviews(graph, {"messages": ["go"]}, CONFIG, client=team.agent)
        human.finish()
    (message,) = [one for one in result["messages"] if one.type == "tool"]
    assert message.content == "The reviewer rejected this call, and it has not run. Not today"


def test_of_two_workers_one_passes_on_what_a_reviewer_wants_changed(team: Team) -> None:
    sent: list[str] = []
    graph = agent_of(sent, [CALL], ["approve", "respond"])
    graph.invoke({"messages": ["go"]}, CONFIG)
    ends: list[str] = []

    def work() -> None:
        try:
            run_with_reviews(graph, None, CONFIG, client=team.agent)
            ends.append("resumed")
        except AlreadyResumedError:
            ends.append("already resumed")

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    with reviewer(team, request_changes("Less")) as human:
        for worker in workers:
            worker.join()
        human.finish()
    assert sorted(ends) == ["already resumed", "resumed"]


def test_the_middleware_runs_what_was_approved_and_edited_and_nothing_rejected(team: Team) -> None:
    sent: list[str] = []
    calls = [
        {"name": "send_mail", "args": {"to": to}, "id": to, "type": "tool_call"} for to in "abc"
    ]
    graph = agent_of(sent, calls, ["approve", "edit", "reject"])
    script = [
        edit(
            {"name": "send_mail", "args": {"to": "z"}},
            when=lambda review: review.payload["args"]["to"] == "a",
        ),
        approve(when=lambda review: review.payload["args"]["to"] == "b"),
        reject(message="not c", when=lambda review: review.payload["args"]["to"] == "c"),
    ]
    with reviewer(team, *script) as human:
        state = run_with_reviews(
            graph, {"messages": [("user", "Write")]}, CONFIG, client=team.agent
        )
        human.finish()
    assert sorted(sent) == ["b", "z"]
    assert state["messages"][-1].content == "done"
    assert any("not c" in str(message.content) for message in state["messages"])


def approve_another(team: Team, payload: Any) -> Callable[[str], None]:
    """For on_waiting: the agent revises its request elsewhere, and a person approves that."""

    def revise_and_approve(node_exec_id: str) -> None:
        (review,) = team.reviewer.reviews([node_exec_id])
        revised = team.agent.revise_review(
            node_exec_id=node_exec_id, based_on_digest=review.payload_digest, payload=payload
        )
        digest = revised.review.subject_digest
        team.reviewer.decide_reviews([decision(node_exec_id, "APPROVE", subject_digest=digest)])

    def start(node_exec_id: str) -> None:
        threading.Thread(target=revise_and_approve, args=(node_exec_id,)).start()

    return start


def test_a_tool_runs_what_was_approved_if_the_request_was_revised_elsewhere(team: Team) -> None:
    sent: list[str] = []
    calls = [{"name": "send_mail", "args": {"to": "a"}, "id": "1", "type": "tool_call"}]
    graph = agent_of(sent, calls, ["approve", "edit", "reject"])
    other = {"name": "send_mail", "args": {"to": "z"}}
    waiting = approve_another(team, other)
    run_with_reviews(graph, {"messages": ["go"]}, CONFIG, client=team.agent, on_waiting=waiting)
    assert sent == ["z"]


def test_an_outcome_says_that_something_else_was_approved(team: Team) -> None:
    outcome = team.agent.review(
        execution="run-1",
        node="pay",
        payload={"cents": 1},
        on_waiting=approve_another(team, {"cents": True}),
    )
    assert isinstance(outcome, Approved)
    assert (outcome.edited, outcome.data) == (True, {"cents": True})


def test_an_edit_cannot_switch_the_tool(team: Team) -> None:
    sent: list[str] = []
    calls = [{"name": "send_mail", "args": {"to": "a"}, "id": "1", "type": "tool_call"}]
    graph = agent_of(sent, calls, ["edit", "reject"])
    script = [edit({"name": "delete_all", "args": {}}), approve()]
    with reviewer(team, *script) as human:
        run_with_reviews(graph, {"messages": [("user", "Write")]}, CONFIG, client=team.agent)
        human.finish()
    assert sent == ["a"]


def batch(*names: str) -> dict[str, Any]:
    allowed = ["approve", "reject"]
    return {
        "action_requests": [{"name": name, "args": {}} for name in names],
        "review_configs": [{"action_name": name, "allowed_decisions": allowed} for name in names],
    }


@pytest.mark.parametrize("fails", [False, True])
def test_a_node_of_its_own_making_may_have_run_half_of_a_batch(team: Team, fails: bool) -> None:
    def agent(state: State) -> dict[str, Any]:
        interrupt(batch("send", "remove"))
        if fails:
            raise ValueError("remove failed")
        return {"log": []}

    decisions = [approve(when=lambda review: review.node_id == "send")]
    decisions += [(approve if fails else reject)(when=lambda review: review.node_id == "remove")]
    with reviewer(team, *decisions), suppress(ValueError):
        run_with_reviews(graph_of(agent), {"log": []}, CONFIG, client=team.agent)
    assert outcomes(team) == {"send": (None, None), "remove": (None, None)}


def test_a_node_of_its_own_making_has_executed_a_batch_that_was_approved(team: Team) -> None:
    def agent(state: State) -> dict[str, Any]:
        interrupt(batch("send", "remove"))
        return {"log": []}

    with reviewer(team, approve(times=2)):
        run_with_reviews(graph_of(agent), {"log": []}, CONFIG, client=team.agent)
    assert outcomes(team) == {"send": ("EXECUTED", None), "remove": ("EXECUTED", None)}


def agent_with_tools(
    calls: list[str], send: Callable[[], str], remove: Callable[[], str], saver: Any
) -> Any:
    """An agent whose model calls these tools in one message, and says nothing afterwards."""

    def named(name: str, run: Callable[[], str]) -> StructuredTool:
        return StructuredTool.from_function(run, name=name, description=name)

    tool_calls = [{"name": name, "args": {}, "id": f"call-{name}"} for name in calls]
    message = AIMessage(content="", tool_calls=tool_calls)
    middleware = HumanInTheLoopMiddleware(interrupt_on={"send": True, "remove": True})
    return create_agent(
        Scripted(messages=iter([message])),
        tools=[named("send", send), named("remove", remove)],
        middleware=[middleware],
        checkpointer=saver,
    )


@pytest.mark.parametrize("is_within", [False, True])
def test_a_tool_that_raises_has_failed_and_the_one_beside_it_was_executed(
    team: Team, is_within: bool
) -> None:
    saver = InMemorySaver()

    def remove() -> str:
        wait_for_write(saver, "tool_call_id='call-send'")
        raise ValueError("The network is down")

    send = lambda: "sent"  # noqa: E731
    graph = agent_with_tools(["send", "remove"], send, remove, None if is_within else saver)
    if is_within:
        outer = StateGraph(MessagesState).add_node("agent", graph).add_edge(START, "agent")
        graph = outer.compile(checkpointer=saver)
    with reviewer(team, approve(times=2)), pytest.raises(ValueError, match="network"):
        run_with_reviews(graph, {"messages": [("user", "Go")]}, CONFIG, client=team.agent)
    assert outcomes(team) == {
        "send": ("EXECUTED", None),
        "remove": ("FAILED", "ValueError('The network is down')"),
    }


def test_a_tool_that_ran_was_executed_although_the_model_fails_afterwards(team: Team) -> None:
    graph = agent_with_tools(["send"], lambda: "sent", lambda: "", InMemorySaver())
    with reviewer(team, approve()), pytest.raises(RuntimeError):  # The script has no more messages.
        run_with_reviews(graph, {"messages": [("user", "Go")]}, CONFIG, client=team.agent)
    assert outcomes(team) == {"send": ("EXECUTED", None)}


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Look at this. " * 7_142, "The last edit was refused: the tool must stay send"),
        ("Cut in half: \ud83d, and NUL: \0.", "Cut in half: ?, and NUL: ."),
    ],
)
def test_instructions_of_a_graph_never_stop_it(team: Team, description: str, expected: str) -> None:
    def agent(state: State) -> dict[str, Any]:
        action = {"name": "send", "args": {"to": "ann"}, "description": description}
        interrupt({"action_requests": [action], "review_configs": []})
        return {"log": []}

    with reviewer(team, edit({"name": "remove", "args": {}}), approve()) as human:
        run_with_reviews(graph_of(agent), {"log": []}, CONFIG, client=team.agent)
        human.finish()
    assert any(expected in str(review.instructions) for review in team.reviews("thread-1"))


def test_edited_args_must_fit_their_schema(team: Team) -> None:
    answers: list[Any] = []

    def agent(state: State) -> dict[str, Any]:
        schema = {"type": "object", "properties": {"to": {"type": "string"}}}
        config = {"action_name": "send", "allowed_decisions": ["edit", "reject"]}
        action = {"name": "send", "args": {"to": "ann"}}
        configs = [{**config, "args_schema": schema}]
        answers.append(interrupt({"action_requests": [action], "review_configs": configs}))
        return {"log": []}

    script = [edit({"name": "send", "args": {"to": to}}) for to in (7, "bob")]
    with reviewer(team, *script) as human:
        run_with_reviews(graph_of(agent), {"log": []}, CONFIG, client=team.agent)
        human.finish()
    ((decision,),) = [answer["decisions"] for answer in answers]
    assert decision["edited_action"] == {"name": "send", "args": {"to": "bob"}}


def test_a_graph_waits_for_two_approvals_and_is_not_resumed_with_a_withdrawn_one(
    team: Team, proxy: Proxy
) -> None:
    graph = graph_of(tell)
    ada = Holdpoint(team.url, team.token("ada", "review:decide"))
    ben = Holdpoint(team.url, team.token("ben", "review:decide"))
    agent = Holdpoint(proxy.url, team.token())
    ids: list[str] = []

    def vote(client: Holdpoint) -> None:
        (review,) = client.reviews(ids[:1])
        digest = review.subject_digest
        client.decide_reviews([decision(ids[0], "APPROVE", subject_digest=digest)])

    def withdraw() -> None:
        (review,) = ada.reviews(ids[:1])
        ada.withdraw_decision(node_exec_id=ids[0], subject_digest=review.subject_digest)

    def on_waiting(node_exec_id: str) -> None:
        ids.append(node_exec_id)
        for client in (ada, ben):
            threading.Thread(target=vote, args=(client,)).start()

    def run() -> Any:
        required = [ApprovalRequirementInput(count=2)]
        return run_with_reviews(
            graph,
            {"log": []},
            CONFIG,
            client=agent,
            approvals_required=required,
            on_waiting=on_waiting,
        )

    proxy.before = (b"consumeReview", withdraw)
    with pytest.raises(NotDecidedError, match="withdrawn"):
        run()
    assert run()["log"] == ["tell True"]
    (review,) = team.reviews("thread-1")
    assert review.outcome == "EXECUTED"
    assert [one.ended_by for one in review.votes] == ["WITHDRAWN", "WITHDRAWN", None, None]


@pytest.mark.parametrize("thread_id", ["thread-1", "thread-2", "thread-3", "thread-4"])
def test_nothing_is_claimed_if_an_earlier_decision_was_withdrawn_meanwhile(
    team: Team, thread_id: str
) -> None:
    """Several threads, because the order in which decisions are claimed depends on their IDs."""

    def ask(whom: Any) -> dict[str, Any]:
        return {"log": [f"{whom} {interrupt(whom)['approved']}"]}

    builder: Any = StateGraph(State)
    builder.add_node("ask", ask)
    builder.add_conditional_edges(START, lambda _: [Send("ask", "ann"), Send("ask", "bob")])
    graph = builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": thread_id}}
    ada = Holdpoint(team.url, team.token("ada", "review:decide"))
    ids: list[str] = []

    def digest_of(node_exec_id: str) -> str:
        (review,) = ada.reviews([node_exec_id])
        return review.subject_digest

    def approve_one(node_exec_id: str) -> None:
        digest = digest_of(node_exec_id)
        ada.decide_reviews([decision(node_exec_id, "APPROVE", subject_digest=digest)])

    def on_waiting(node_exec_id: str) -> None:
        # The second is waited for once the first is decided.
        ids.append(node_exec_id)
        if len(ids) == 2:
            ada.withdraw_decision(node_exec_id=ids[0], subject_digest=digest_of(ids[0]))
        approve_one(node_exec_id)

    with pytest.raises(NotDecidedError, match="withdrawn"):
        run_with_reviews(graph, {"log": []}, config, client=team.agent, on_waiting=on_waiting)
    assert not any(review.processed for review in team.reviews(thread_id))
    approve_one(ids[0])
    result = run_with_reviews(graph, {"log": []}, config, client=team.agent)
    assert sorted(result["log"]) == ["ann True", "bob True"]


class SafeToolNode(ToolNode):
    """A subclass, as applications have it."""


@pytest.mark.parametrize("where", ["alone", "within a graph"])
@pytest.mark.parametrize(
    "node_of",
    [
        ToolNode,
        SafeToolNode,
        lambda tools: ToolNode(tools).with_config(tags=["tools"]),
        lambda tools: ToolNode(tools).with_retry(retry_if_exception_type=(OSError,)),
        lambda tools: ToolNode(tools).with_fallbacks([ToolNode([])], exceptions_to_handle=()),
        lambda tools: RunnablePassthrough() | ToolNode(tools),
    ],
    ids=["plain", "subclass", "config", "retry", "fallbacks", "sequence"],
)
def test_tools_that_ask_at_the_same_time_in_one_run_of_a_node_are_not_answered(
    team: Team, where: str, node_of: Callable[[list[Any]], Any]
) -> None:
    ran: list[Any] = []
    asked: list[str] = []

    def act(name: str) -> str:
        ran.append(interrupt({"name": name}))
        return name

    tools = [
        StructuredTool.from_function(lambda name=name: act(name), name=name, description=name)
        for name in ("send", "remove")
    ]
    inner = StateGraph(MessagesState)
    inner.add_node("tools", node_of(tools))
    inner.add_edge(START, "tools")
    outer = StateGraph(MessagesState)
    outer.add_node("agent", inner.compile())
    outer.add_edge(START, "agent")
    graph = (inner if where == "alone" else outer).compile(checkpointer=InMemorySaver())

    def run(*names: str) -> None:
        calls = [{"name": name, "args": {}, "id": name} for name in names]
        config: Any = {"configurable": {"thread_id": f"{where} {len(names)}"}}
        messages = {"messages": [AIMessage(content="", tool_calls=calls)]}
        on_waiting = asked.append if len(names) == 1 else stop
        run_with_reviews(graph, messages, config, client=team.agent, on_waiting=on_waiting)

    def stop(node_exec_id: str) -> None:
        raise AssertionError(f"{node_exec_id} was asked")

    with pytest.raises(UnanswerableError, match="at the same time"):
        run("send", "remove")
    assert not ran
    with reviewer(team, approve()) as human:
        run("send")
        human.finish()
    assert [answer["data"] for answer in ran] == [{"name": "send"}]


def test_a_step_is_asked_again_if_its_approval_is_void(team: Team) -> None:
    graph = graph_of(tell)
    operator = Holdpoint(team.url, team.token("operator", "review:decide review:request"))

    def crash(node_exec_id: str) -> None:
        raise InterruptedError(node_exec_id)

    with pytest.raises(InterruptedError):
        run_with_reviews(graph, {"log": []}, CONFIG, client=team.agent, on_waiting=crash)
    (review,) = team.reviews("thread-1")
    operator.decide_reviews([decision(review.node_exec_id, "APPROVE")])
    # A stop voids what was approved before.
    operator.cancel_pending_reviews("thread-1")
    operator.register_execution(
        graph_exec_id="thread-1",
        graph_id=review.graph_id,
        graph_version=review.graph_version,
        status="RUNNING",
    )
    with reviewer(team, approve()) as human:
        result = run_with_reviews(graph, {"log": []}, CONFIG, client=team.agent)
        human.finish()
    assert result["log"] == ["tell True"]
    assert len(team.reviews("thread-1")) == 2
