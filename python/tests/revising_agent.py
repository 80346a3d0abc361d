"""An agent that revises, and crashes at the point that its argument names. Run by
test_conversation.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from holdpoint_client import Holdpoint, NotApprovedError, Review, ReviewComment, Revised
from holdpoint_client._session import Session
from holdpoint_client.errors import UnreachableError

url, token, point = sys.argv[1:]
call = Session.call
has_lost = False


async def crashing_call(self: Session, document: str, *args: Any, **options: Any) -> Any:
    global has_lost
    is_revising = "reviseReview(" in document
    if is_revising and point == "before revising":
        os._exit(9)
    result = await call(self, document, *args, **options)
    if is_revising and point == "after revising":
        os._exit(9)
    if is_revising and point == "losing the answer" and not has_lost:
        has_lost = True
        raise UnreachableError(url, "lost")
    return result


Session.call = crashing_call  # type: ignore[method-assign]


def half(message: str, comments: Sequence[ReviewComment], review: Review) -> Revised:
    amount = review.payload["amount"]
    print(f"revising {amount}", flush=True)
    return Revised({"amount": amount // 2})


@Holdpoint(url, token).gate(execution="run-1", on_changes_requested=half)
def pay(amount: int) -> None:
    print(f"paid {amount}", flush=True)


try:
    pay(8)
except NotApprovedError as error:
    print(error.outcome.status)
