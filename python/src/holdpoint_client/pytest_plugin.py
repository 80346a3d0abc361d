"""Fixtures for tests of agents, available wherever this package is installed beside pytest."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing import ScriptedReviewer, TestHoldpoint


@dataclass(frozen=True)
class HoldpointAgent:
    """What an agent under test connects with, in a workspace of its own."""

    url: str
    token: str
    workspace: str


@pytest.fixture(scope="session")
def holdpoint_service() -> Iterator[TestHoldpoint]:
    """A service with its own database, for the whole test run."""
    from .testing import TestHoldpoint

    with TestHoldpoint() as service:
        yield service


@pytest.fixture
def holdpoint_agent(holdpoint_service: TestHoldpoint) -> HoldpointAgent:
    """The address and a token of the agent under test, in a new workspace."""
    workspace = f"tests-{uuid.uuid4()}"
    token = holdpoint_service.token("agent", "review:request", workspace)
    return HoldpointAgent(holdpoint_service.url, token, workspace)


@pytest.fixture
def holdpoint_reviewer(
    holdpoint_service: TestHoldpoint, holdpoint_agent: HoldpointAgent
) -> Iterator[ScriptedReviewer]:
    """A reviewer in the agent's workspace: give it steps with `then`, such as
    `holdpoint_reviewer.then(approve(), edit({"amount": 50}))`. At the end of the test it fails if
    a step was not used, or a review had no step.
    """
    from .testing import ScriptedReviewer

    workspace = holdpoint_agent.workspace
    token = holdpoint_service.token("reviewer", "review:decide", workspace)
    reviewer = ScriptedReviewer(holdpoint_service.url, token)
    try:
        yield reviewer
    finally:
        reviewer.close()
    reviewer.finish()
