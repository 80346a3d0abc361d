"""An agent that crashes at the point that its arguments name. Run by test_crashes.py."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from holdpoint_client import Holdpoint, NotApprovedError
from holdpoint_client._sync.client import Holdpoint as Client

url, token, point, skew = sys.argv[1:]
now = time.time
time.time = lambda: now() + float(skew)


def crash(*args: Any, **kwargs: Any) -> Any:
    os._exit(9)


if point == "before consuming":
    Client._consume = crash  # type: ignore[method-assign]
if point == "before running":
    Client._run_and_report = crash  # type: ignore[method-assign]


@Holdpoint(url, token).gate(execution="run-1")
def pay(amount: int) -> None:
    print(f"paid {amount}", flush=True)
    if point == "before reporting":
        crash()


try:
    pay(5)
except NotApprovedError as error:
    print(error.outcome.status)
