from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shlex
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from proxy import Proxy

from holdpoint_client import AsyncHoldpoint, Decision, Holdpoint, Review
from holdpoint_client.testing import TestHoldpoint

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret for tests only, of more than 32 bytes"
NODE = ROOT / "node_modules/node/bin/node"
os.environ["HOLDPOINT_COMMAND"] = shlex.join(
    [str(NODE), "--conditions=holdpoint-source", str(ROOT / "bin/holdpoint.mjs")]
)
SERVICE_ENV = {"HOLDPOINT_JWT_SECRET": SECRET, "LOG_LEVEL": "error"}


def jwt(user: str, actor: str, scope: str, seconds: float = 600) -> str:
    claims = {"user": user, "sub": actor, "scope": scope, "exp": int(time.time() + seconds)}
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_base64(hmac.digest(SECRET.encode(), text.encode(), hashlib.sha256))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decision(node_exec_id: str, kind: str, **options: Any) -> Decision:
    return Decision(node_exec_id=node_exec_id, decision=kind, **options)  # type: ignore[arg-type]


@dataclass
class Team:
    """An agent and a reviewer in a workspace of their own."""

    url: str
    user: str

    def token(self, actor: str = "agent", scope: str = "review:request", **options: float) -> str:
        return jwt(self.user, actor, scope, **options)

    @property
    def agent(self) -> Holdpoint:
        return Holdpoint(self.url, self._agent_token)

    @property
    def async_agent(self) -> AsyncHoldpoint:
        return AsyncHoldpoint(self.url, self._agent_token)

    def __post_init__(self) -> None:
        self._agent_token = self.token()
        self.reviewer = Holdpoint(self.url, self.token("reviewer", "review:decide"))

    def decide(self, kind: str, **options: object) -> Callable[[str], None]:
        """For on_waiting: decides in the background, as a person would."""

        def decide(node_exec_id: str) -> None:
            decisions = [decision(node_exec_id, kind, **options)]
            threading.Thread(target=self.reviewer.decide_reviews, args=(decisions,)).start()

        return decide

    def reviews(self, execution: str = "run-1") -> list[Review]:
        page = self.reviewer.reviews_for_execution(execution)
        return [edge.node for edge in page.edges]

    def waiting(self, count: int) -> list[Review]:
        """The waiting reviews, once there are that many."""
        for _ in range(400):
            page = self.reviewer.pending_reviews(first=100)
            if page.total_count >= count:
                return [edge.node for edge in page.edges]
            time.sleep(0.05)
        raise AssertionError(f"{page.total_count} reviews wait, not {count}")


@pytest.fixture(scope="session")
def service() -> Iterator[TestHoldpoint]:
    with TestHoldpoint(env=SERVICE_ENV) as service:
        yield service


@pytest.fixture
def team(service: TestHoldpoint) -> Team:
    return Team(service.url, f"owner-{uuid.uuid4()}")


@pytest.fixture
def proxy(service: TestHoldpoint) -> Iterator[Proxy]:
    proxy = Proxy(service.url)
    yield proxy
    proxy.close()
