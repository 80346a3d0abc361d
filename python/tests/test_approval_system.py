"""The second origin's functions, each with its scenario, on the real LangGraph."""

from __future__ import annotations

import logging
import operator
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from holdpoint_client.compat.approval_system import (
    InvalidApprovalError,
    clear_approval_state,
    create_approval_type,
    create_code_approval_interrupt,
    create_memory_approval_interrupt,
    create_plan_approval_interrupt,
    get_approval_resume_data,
    get_approved_payload_from_state,
    handle_service_with_interrupts,
)

log = logging.getLogger("test")


def test_types() -> None:
    assert create_approval_type("python") == "python"
    assert create_approval_type("memory", "save") == "memory_save"
    assert create_approval_type("a", "") == "a"
    for capability in ("", "  ", None):
        with pytest.raises(InvalidApprovalError):
            create_approval_type(capability)  # type: ignore[arg-type]


def test_a_plan() -> None:
    plan = {"steps": [{"task_objective": "Load *it*", "capability": "loader"}, {}], "extra": 1}
    request = create_plan_approval_interrupt(plan, "plan.json", "plans")
    assert request["resume_payload"] == {
        "approval_type": "orchestrator_plan",
        "execution_plan": plan,
        "plan_file_path": "plan.json",
        "pending_plans_dir": "plans",
    }
    message = request["user_message"]
    assert "A plan of 2 steps" in message
    assert r"1. Load \*it\* (`loader`)" in message and "2. unknown (`unknown`)" in message
    assert "`plan.json`" in message and "`plans`" in message
    assert "**yes**" in message and "**no**" in message
    alone = create_plan_approval_interrupt({"steps": []}, pending_plans_dir="plans")
    assert "plans" not in alone["user_message"].splitlines()
    assert alone["resume_payload"]["pending_plans_dir"] == "plans"
    with pytest.raises(InvalidApprovalError, match=r"steps\.0 must be an object"):
        create_plan_approval_interrupt({"steps": ["a"]})


def test_memory() -> None:
    request = create_memory_approval_interrupt("new\n```\nbreak out", "update", "u1", "old one")
    assert request["resume_payload"]["approval_type"] == "memory_update"
    assert request["resume_payload"]["existing_memory"] == "old one"
    message = request["user_message"]
    assert "old one" in message and "````\nnew\n```\nbreak out\n````" in message
    deletion = create_memory_approval_interrupt("x", "delete", "u1", step_objective="Forget")
    assert "To delete" in deletion["user_message"]
    assert "deleted from memory" in deletion["user_message"]
    with pytest.raises(InvalidApprovalError, match="content must be text"):
        create_memory_approval_interrupt(1, "save", "u1")  # type: ignore[arg-type]


def test_code() -> None:
    request = create_code_approval_interrupt(
        "print(1)\u202e",
        {"approval_reasoning": "It writes"},
        "write",
        ["deletes *files*"],
        notebook_link="https://example.com/n",
    )
    message = request["user_message"]
    assert "```python\nprint(1)" in message and "`write`" in message and "It writes" in message
    assert r"- deletes \*files\*" in message and "(<https://example.com/n>)" in message
    assert "U+202E" in message
    plain = create_code_approval_interrupt("x", {}, "readonly", [], notebook_link="javascript:x")
    assert "code needs approval for readonly mode" in plain["user_message"]
    assert "none were found" in plain["user_message"] and "](<" not in plain["user_message"]
    assert plain["resume_payload"]["approval_type"] == "python_executor"


PAYLOAD = {"approval_type": "memory_save", "content": "a"}


@pytest.mark.parametrize(
    ("approved", "payload", "answer"),
    [
        (None, PAYLOAD, (False, None)),
        (None, "x", (False, None)),
        (True, None, "holds nothing"),
        (True, {}, "holds nothing"),
        (True, "text", "must be an object, not the text 'text'"),
        (False, [1], "must be an object, not a list"),
        (True, {"content": "a"}, "lacks the required field approval_type"),
        (True, {"approval_type": " "}, "must be non-empty text, not the text ' '"),
        (True, {"approval_type": 7}, "must be non-empty text, not int 7"),
        (True, {"approval_type": "memory_save "}, "no valid payload for 'memory_save'"),
        (True, PAYLOAD, (True, PAYLOAD)),
        (False, None, (True, None)),
        (False, PAYLOAD, (True, None)),
        ("no", PAYLOAD, "must be True, False or None, not the text 'no'"),
        (1, PAYLOAD, "must be True, False or None, not int 1"),
    ],
)
def test_resuming(approved: Any, payload: Any, answer: Any) -> None:
    state = {"approval_approved": approved, "approved_payload": payload}
    if isinstance(answer, str):
        with pytest.raises(ValueError, match=answer):
            get_approval_resume_data(state, "memory_save")
    else:
        assert get_approval_resume_data(state, "memory_save") == answer
    direct = get_approved_payload_from_state(state, "memory_save")
    assert direct == (PAYLOAD if approved is True and payload == PAYLOAD else None)


def test_the_approved_payload_never_raises_and_the_state_is_cleared() -> None:
    assert get_approved_payload_from_state(None, "a") is None
    assert get_approval_resume_data({}, "a") == (False, None)
    assert clear_approval_state() == {"approval_approved": None, "approved_payload": None}


class State(TypedDict):
    log: Annotated[list[str], operator.add]


CODE = create_code_approval_interrupt("print(1)", {}, "write", [])
MEMORY = create_memory_approval_interrupt("a", "save", "u")


class TestServices:
    """With the real LangGraph."""

    @pytest.fixture(autouse=True)
    def langgraph(self) -> None:
        pytest.importorskip("langgraph")

    def outer(self, inner: Any) -> Any:
        from langchain_core.runnables import RunnableConfig
        from langgraph.checkpoint.memory import InMemorySaver
        from langgraph.graph import START, StateGraph

        async def capability(state: State, config: RunnableConfig) -> dict[str, Any]:
            result = await handle_service_with_interrupts(inner, {"log": ["asked"]}, config, log)
            return {"log": result["log"] if result else ["nothing"]}

        graph = StateGraph(State).add_node("capability", capability).add_edge(START, "capability")
        return graph.compile(checkpointer=InMemorySaver())

    def service(self) -> Any:
        from langgraph.graph import START, StateGraph
        from langgraph.types import interrupt

        def code(state: State) -> dict[str, Any]:
            return {"log": [f"code: {interrupt(CODE)}"]}

        def memory(state: State) -> dict[str, Any]:
            return {"log": [f"memory: {interrupt(MEMORY)}", f"again: {interrupt(MEMORY)}"]}

        graph = StateGraph(State).add_node("code", code).add_node("memory", memory)
        return graph.add_edge(START, "code").add_edge(START, "memory").compile()

    async def test_every_interrupt_is_raised_and_answered_by_its_id(self) -> None:
        from langgraph.types import Command

        graph, config = self.outer(self.service()), {"configurable": {"thread_id": "1"}}
        first = (await graph.ainvoke({"log": []}, config))["__interrupt__"]
        # Nodes run at the same time, so their order is not fixed.
        code, memory = sorted(first, key=lambda interrupt: interrupt.value != CODE)
        assert [code.value, memory.value] == [CODE, MEMORY]
        resume = {code.id: "yes", memory.id: "no"}
        second = (await graph.ainvoke(Command(resume=resume), config))["__interrupt__"]
        assert [interrupt.value for interrupt in second] == [MEMORY]
        last = await graph.ainvoke(Command(resume={second[0].id: "never"}), config)
        assert last["log"] == ["asked", "code: yes", "memory: no", "again: never"]

    async def test_a_result_passes_through_and_other_errors_unchanged(self) -> None:
        class Service:
            def __init__(self, result: Any) -> None:
                self.result = result

            async def ainvoke(self, request: Any, config: Any) -> Any:
                if isinstance(self.result, Exception):
                    raise self.result
                return self.result

        results: list[Any] = [None, 0, "", {"a": 1}, []]
        for result in results:
            assert await handle_service_with_interrupts(Service(result), {}, {}, log) == result
        error = KeyError("x")
        with pytest.raises(KeyError) as raised:
            await handle_service_with_interrupts(Service(error), {}, {}, log)
        assert raised.value is error

        from langgraph.errors import GraphInterrupt
        from langgraph.types import Interrupt

        for value in (None, "Go on?", [CODE]):
            with pytest.raises(RuntimeError, match="Interrupt 1 of memory is malformed"):
                await handle_service_with_interrupts(
                    Service(GraphInterrupt([Interrupt(value)])), {}, {}, log, "memory"
                )
        with pytest.raises(RuntimeError, match="there are no interrupts"):
            await handle_service_with_interrupts(Service(GraphInterrupt()), {}, {}, log)
        returned = Service({"log": [], "__interrupt__": [Interrupt(CODE), Interrupt(MEMORY)]})
        graph, config = self.outer(returned), {"configurable": {"thread_id": "1"}}
        found = (await graph.ainvoke({"log": []}, config))["__interrupt__"]
        assert [interrupt.value for interrupt in found] == [CODE, MEMORY]
