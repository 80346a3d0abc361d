"""An agent of the OpenAI Agents SDK whose tool calls are reviewed in Holdpoint."""

import asyncio
import os
from typing import Any

from agents import Agent, ModelResponse, Usage, set_tracing_disabled
from agents.models.interface import Model
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

from holdpoint_client import AsyncHoldpoint
from holdpoint_client.openai_agents import reviewed_tool, run_with_reviews

set_tracing_disabled(True)


class ScriptedModel(Model):
    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> Any:
        text = ResponseOutputText(annotations=[], text="There is space.", type="output_text")
        message = ResponseOutputMessage(
            id="m", content=[text], role="assistant", status="completed", type="message"
        )
        call = ResponseFunctionToolCall(
            arguments='{"path": "/tmp/cache"}',
            call_id="1",
            name="delete_path",
            type="function_call",
        )
        is_done = isinstance(input, list) and input[-1].get("type") == "function_call_output"
        output: list[Any] = [message if is_done else call]
        return ModelResponse(output=output, usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


def delete_path(path: str) -> str:
    """Deletes a file or folder."""
    print(f"deleted {path}")  # A stand-in for a real deletion.
    return f"{path} is gone"


async def main() -> None:
    async with AsyncHoldpoint() as holdpoint:
        execution = os.environ.get("EXECUTION", "openai-agents-python-example")
        tool = reviewed_tool(holdpoint, delete_path, execution=execution)
        agent = Agent(name="Cleaner", model=ScriptedModel(), tools=[tool])
        result = await run_with_reviews(agent, "Free some space.")
        print(f"The agent says: {result.final_output}")


asyncio.run(main())
