"""A LangChain agent whose tool calls are approved, edited or rejected in Holdpoint."""

import os
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver

from holdpoint_client import Holdpoint
from holdpoint_client.langgraph import run_with_reviews

EXECUTION = os.environ.get("EXECUTION", "langgraph-example")


def delete_path(path: str) -> str:
    """Deletes a file or folder."""
    print(f"deleted {path}")  # A stand-in for a real deletion.
    return f"{path} is gone"


class ScriptedModel(GenericFakeChatModel):
    def bind_tools(self, tools: Any, **options: Any) -> Any:
        return self


call = {"name": "delete_path", "args": {"path": "/tmp/cache"}, "id": "1", "type": "tool_call"}
agent = create_agent(
    ScriptedModel(messages=iter([AIMessage("", tool_calls=[call]), AIMessage("There is space.")])),
    tools=[delete_path],
    middleware=[HumanInTheLoopMiddleware(interrupt_on={"delete_path": True})],
    # In production, one that survives a restart, such as that of PostgreSQL.
    checkpointer=InMemorySaver(),
)
result = run_with_reviews(
    agent,
    {"messages": [("user", "Free some space.")]},
    {"configurable": {"thread_id": EXECUTION}},
    client=Holdpoint(),
)
print(f"The agent says: {result['messages'][-1].content}")
