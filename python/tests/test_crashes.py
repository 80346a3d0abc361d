"""Agents that are killed, and agents whose clock is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Team

AGENT = Path(__file__).with_name("crashing_agent.py")


def agent(team: Team, point: str = "nowhere", skew: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, str(AGENT), team.url, team.token(), point, str(skew)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def approve(team: Team) -> None:
    (review,) = team.waiting(1)
    team.decide("APPROVE")(review.node_exec_id)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=30)
    return process.returncode, output.strip()


def test_a_crash_before_consuming_lets_the_next_agent_run_it(team: Team) -> None:
    crashed = agent(team, "before consuming")
    approve(team)
    assert ended(crashed) == (9, "")
    assert ended(agent(team)) == (0, "paid 5")
    assert ended(agent(team)) == (0, "consumed")


@pytest.mark.parametrize(
    ("point", "output"), [("before running", ""), ("before reporting", "paid 5")]
)
def test_a_crash_after_consuming_runs_it_never_again_and_can_be_found(
    team: Team, point: str, output: str
) -> None:
    crashed = agent(team, point)
    approve(team)
    assert ended(crashed) == (9, output)
    assert ended(agent(team)) == (0, "consumed")
    unreported = team.reviewer.reviews_by_state("UNREPORTED")
    assert [edge.node.consumed_by for edge in unreported.edges] == ["agent"]


def test_two_workers_run_it_once(team: Team) -> None:
    workers = [agent(team), agent(team)]
    approve(team)
    assert sorted(ended(worker) for worker in workers) == [(0, "consumed"), (0, "paid 5")]


@pytest.mark.parametrize("skew", [7_200, -7_200])
def test_a_clock_that_is_wrong_by_two_hours_changes_nothing(team: Team, skew: int) -> None:
    worker = agent(team, skew=skew)
    approve(team)
    assert ended(worker) == (0, "paid 5")
