"""A Claude agent that asks before every shell command. It needs a Claude account."""

import asyncio
import os

from claude_agent_sdk import ClaudeAgentOptions, query

from holdpoint_client import AsyncHoldpoint
from holdpoint_client.claude_agent import ReviewedTools


async def main() -> None:
    async with AsyncHoldpoint() as holdpoint:
        execution = os.environ.get("EXECUTION", "claude-example")
        # Bash can do what Write and Edit do, so all three are reviewed.
        tools = ReviewedTools(holdpoint, execution=execution, tools="Bash|Write|Edit")
        options = tools.guard(ClaudeAgentOptions())
        async for message in query(prompt="Free some space in /tmp.", options=options):
            print(message)


asyncio.run(main())
