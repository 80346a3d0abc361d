"""LangGraph and LangChain: interrupts become reviews. It needs the package langgraph.

`run_with_reviews` is for graphs that are invoked, `arun_with_reviews` for those that are awaited.
"""

from ._async.langgraph import arun_with_reviews
from ._questions import AlreadyResumedError, Decided, NotDecidedError, UnanswerableError
from ._sync.langgraph import run_with_reviews

__all__ = [
    "AlreadyResumedError",
    "Decided",
    "NotDecidedError",
    "UnanswerableError",
    "arun_with_reviews",
    "run_with_reviews",
]
