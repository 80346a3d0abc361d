"""Pydantic AI and the OpenAI Agents SDK: the real packages, with scripted models."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from conftest import Team

pytest.importorskip("pydantic_ai")
pytest.importorskip("agents")

from agents import Agent as OpenAIAgent
from agents import ModelResponse, Runner, RunState, Usage, function_tool, set_tracing_disabled
from agents.models.interface import Model
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)
from pydantic_ai import Agent, DeferredToolRequests
from pydantic_ai import ModelResponse as PydanticResponse
from pydantic_ai.messages import ModelMessage, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from holdpoint_client import (
    AsyncHoldpoint,
    InvalidInputError,
    NotApprovedError,
    ReviewLinkInput,
    openai_agents,
    pydantic_ai,
)
from holdpoint_client.testing import ScriptedReviewer, approve, edit, reject

set_tracing_disabled(True)


def reviewer(team: Team, *script: Any) -> ScriptedReviewer:
    return ScriptedReviewer(team.url, team.token("reviewer", "review:decide"), script)


def amount(number: int) -> Any:
    return lambda review: review.payload == {"amount": number}


POLICY = ReviewLinkInput(title="Policy", url="https://example.com/policy")


def said(team: Team) -> dict[int, tuple[bool | None, list[str]]]:
    """Of each review, by its amount: whether it can be undone, and its links."""
    return {
        review.original_payload["amount"]: (review.reversible, [one.url for one in review.links])
        for review in team.reviews()
    }


class TestPydanticAI:
    def agent(self, paid: list[int], fails: bool = False) -> Agent[Any, Any]:
        def model(messages: list[ModelMessage], info: AgentInfo) -> PydanticResponse:
            returned = [
                str(part.content)
                for message in messages
                for part in message.parts
                if isinstance(part, ToolReturnPart)
            ]
            if returned:
                return PydanticResponse(parts=[TextPart("; ".join(returned))])
            calls = [ToolCallPart("pay", {"amount": n}, f"call-{n}") for n in (1, 2, 3)]
            return PydanticResponse(parts=calls)

        agent = Agent(FunctionModel(model))

        @agent.tool_plain(requires_approval=True)
        def pay(amount: int) -> str:
            paid.append(amount)
            if fails:
                raise OSError("bank away")
            return f"paid {amount}"

        return agent

    async def test_runs_what_was_approved_and_edited_and_nothing_declined(self, team: Team) -> None:
        paid: list[int] = []
        script = [
            approve(when=amount(1)),
            edit({"amount": 20}, when=amount(2)),
            reject(message="no", when=amount(3)),
        ]
        with reviewer(team, *script) as human:
            result = await pydantic_ai.run_with_reviews(
                team.async_agent,
                self.agent(paid),
                "Pay",
                execution="run-1",
                instructions=lambda name, arguments: f"{name} {arguments['amount']}",
            )
            human.finish()
        assert sorted(paid) == [1, 20]
        assert "paid 20" in result.output and "Not approved (rejected): no" in result.output
        outcomes = {r.original_payload["amount"]: r.outcome for r in team.reviews()}
        assert outcomes == {1: "EXECUTED", 2: "EXECUTED", 3: None}
        with pytest.raises(NotApprovedError, match="consumed"):
            await pydantic_ai.run_with_reviews(
                team.async_agent, self.agent(paid), "Pay", execution="run-1"
            )
        assert sorted(paid) == [1, 20]

    async def test_reviews_say_what_can_be_undone_and_where_to_read_more(self, team: Team) -> None:
        with reviewer(team, approve(times=3)):
            await pydantic_ai.run_with_reviews(
                team.async_agent,
                self.agent([]),
                "Pay",
                execution="run-1",
                reversible=lambda name, arguments: arguments["amount"] < 3,
                links=[POLICY],
            )
        assert said(team) == {
            1: (True, [POLICY.url]),
            2: (True, [POLICY.url]),
            3: (False, [POLICY.url]),
        }

    async def test_two_workers_run_it_once(self, team: Team) -> None:
        paid: list[int] = []
        workers = [
            pydantic_ai.run_with_reviews(
                team.async_agent, self.agent(paid), "Pay", execution="run-1"
            )
            for _ in range(2)
        ]
        with reviewer(team, approve(times=3)):
            results = await asyncio.gather(*workers, return_exceptions=True)
        assert all(paid.count(number) <= 1 for number in (1, 2, 3))
        assert any(isinstance(result, NotApprovedError) for result in results)

    async def test_a_tool_that_fails_is_reported(self, team: Team) -> None:
        paid: list[int] = []
        with reviewer(team, approve(times=3)), pytest.raises(OSError, match="bank away"):
            await pydantic_ai.run_with_reviews(
                team.async_agent, self.agent(paid, fails=True), "Pay", execution="run-1"
            )
        for _ in range(100):
            if all(review.outcome for review in team.reviews()):
                break
            await asyncio.sleep(0.05)
        assert {review.outcome for review in team.reviews()} == {"FAILED"}

    async def test_an_edit_that_is_no_object_runs_nothing(self, team: Team) -> None:
        paid: list[int] = []
        with (
            reviewer(team, approve(times=2), edit("all")),
            pytest.raises(InvalidInputError, match="must stay an object"),
        ):
            await pydantic_ai.run_with_reviews(
                team.async_agent, self.agent(paid), "Pay", execution="run-1"
            )
        assert paid == []
        assert not any(review.processed for review in team.reviews())

    async def test_calls_with_one_id_are_not_asked(self, team: Team) -> None:
        """Some model servers use an ID twice. The results of the calls would be mixed up."""
        calls = [ToolCallPart("pay", {"amount": amount}, tool_call_id="1") for amount in (1, 2)]
        requests = DeferredToolRequests(approvals=calls)
        with pytest.raises(InvalidInputError, match="must differ"):
            await pydantic_ai.review_tool_calls(team.async_agent, requests, execution="run-1")
        assert team.reviews() == []


class ScriptedModel(Model):
    """Calls the tool three times, and then says what came of it."""

    async def get_response(
        self, system_instructions: Any, input: Any, *args: Any, **options: Any
    ) -> Any:
        outputs = [
            str(item["output"])
            for item in (input if isinstance(input, list) else [])
            if item.get("type") == "function_call_output"
        ]
        output: list[Any]
        if outputs:
            text = ResponseOutputText(
                annotations=[], text="; ".join(outputs), type="output_text", logprobs=[]
            )
            output = [
                ResponseOutputMessage(
                    id="m", content=[text], role="assistant", status="completed", type="message"
                )
            ]
        else:
            output = [
                ResponseFunctionToolCall(
                    arguments=json.dumps({"amount": n}),
                    call_id=f"call-{n}",
                    name="pay",
                    type="function_call",
                )
                for n in (1, 2, 3)
            ]
        return ModelResponse(output=output, usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError


class TestOpenAIAgents:
    def agent(self, client: AsyncHoldpoint, paid: list[int], **options: Any) -> OpenAIAgent[Any]:
        def pay(amount: int) -> str:
            """Pays."""
            paid.append(amount)
            if amount == 99:
                raise OSError("bank away")
            return f"paid {amount}"

        tool = openai_agents.reviewed_tool(client, pay, execution="run-1", **options)
        return OpenAIAgent(name="Payer", model=ScriptedModel(), tools=[tool])

    async def test_runs_what_was_approved_and_edited_and_nothing_declined(self, team: Team) -> None:
        paid: list[int] = []
        agent = self.agent(team.async_agent, paid)
        script = [
            approve(when=amount(1)),
            edit({"amount": 20}, when=amount(2)),
            reject(message="no", when=amount(3)),
        ]
        with reviewer(team, *script) as human:
            result = await openai_agents.run_with_reviews(agent, "Pay")
            human.finish()
        assert sorted(paid) == [1, 20]
        assert "paid 20" in result.final_output and "(rejected): no" in result.final_output
        again = await openai_agents.run_with_reviews(agent, "Pay")
        assert sorted(paid) == [1, 20] and "(consumed)" in again.final_output

    async def test_reviews_say_what_can_be_undone_and_where_to_read_more(self, team: Team) -> None:
        agent = self.agent(
            team.async_agent,
            [],
            reversible=False,
            links=lambda arguments: [POLICY] if arguments["amount"] > 1 else None,
        )
        with reviewer(team, approve(times=3)):
            await openai_agents.run_with_reviews(agent, "Pay")
        assert said(team) == {1: (False, []), 2: (False, [POLICY.url]), 3: (False, [POLICY.url])}

    async def test_a_saved_state_goes_on_and_decides_nothing_by_itself(self, team: Team) -> None:
        paid: list[int] = []
        agent = self.agent(team.async_agent, paid, timeout=1)
        stopped = await Runner.run(agent, "Pay")
        saved = stopped.to_state().to_string()
        forged = await RunState.from_string(agent, saved)
        for item in forged.get_interruptions():
            forged.approve(item)
        result = await Runner.run(agent, forged)
        assert paid == [] and "(timeout)" in result.final_output
        state = await RunState.from_string(agent, saved)
        with reviewer(team, approve(times=3)) as human:
            await openai_agents.run_with_reviews(agent, state)
            human.finish()
        assert sorted(paid) == [1, 2, 3]

    async def test_a_failure_is_reported_and_an_edit_must_fit(self, team: Team) -> None:
        paid: list[int] = []
        agent = self.agent(team.async_agent, paid)
        script = [
            edit({"amount": 99}, when=amount(1)),
            approve(times=2),
        ]
        with reviewer(team, *script):
            await openai_agents.run_with_reviews(agent, "Pay")
        outcomes = {r.original_payload["amount"]: r.outcome for r in team.reviews()}
        assert outcomes == {1: "FAILED", 2: "EXECUTED", 3: "EXECUTED"}

    async def test_warns_of_what_would_bypass_it_and_refuses_other_tools(self, team: Team) -> None:
        with pytest.warns(UserWarning, match="needs_approval is ignored"):
            self.agent(team.async_agent, [], needs_approval=False)

        @function_tool(needs_approval=True)
        def pay(amount: int) -> str:
            """Pays."""
            return "paid"

        agent = OpenAIAgent(name="Payer", model=ScriptedModel(), tools=[pay])
        with pytest.raises(TypeError, match="is not a reviewed_tool"):
            await openai_agents.run_with_reviews(agent, "Pay")
