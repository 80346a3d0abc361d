"""A Pydantic AI agent whose deferred tool calls are approved, edited or rejected in Holdpoint."""

import asyncio
import os

from pydantic_ai import Agent, ModelResponse
from pydantic_ai.messages import ModelMessage, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from holdpoint_client import AsyncHoldpoint
from holdpoint_client.pydantic_ai import run_with_reviews


def scripted(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    if len(messages) == 1:
        return ModelResponse(parts=[ToolCallPart("delete_path", {"path": "/tmp/cache"}, "1")])
    return ModelResponse(parts=[TextPart("There is space.")])


agent = Agent(FunctionModel(scripted))


@agent.tool_plain(requires_approval=True)
def delete_path(path: str) -> str:
    print(f"deleted {path}")  # A stand-in for a real deletion.
    return f"{path} is gone"


async def main() -> None:
    async with AsyncHoldpoint() as holdpoint:
        execution = os.environ.get("EXECUTION", "pydantic-ai-example")
        result = await run_with_reviews(holdpoint, agent, "Free some space.", execution=execution)
        print(f"The agent says: {result.output}")


asyncio.run(main())
