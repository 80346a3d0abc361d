"""The programs in the documents and the examples run, and the wheel works where nothing else is."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Team

from holdpoint_client.testing import (
    ScriptedReviewer,
    answer,
    approve,
    edit,
    in_turn,
    let_expire,
    race,
    reject,
    request_changes,
)

PROGRAMS = [
    (f"{document} {number}", code)
    for document in ("docs/python.md", "python/README.md")
    for number, code in enumerate(
        re.findall(r"^```python\n(.*?)^```", (ROOT / document).read_text(), re.M | re.S)
    )
]
EXAMPLES = ["agent", "langgraph_agent", "pydantic_ai_agent", "openai_agent"]


def run(team: Team, *command: str, path: str = os.environ["PATH"]) -> str:
    credentials = {"HOLDPOINT_URL": team.url, "HOLDPOINT_TOKEN": team.token()}
    env = {**os.environ, **credentials, "PATH": path}
    token = team.token("reviewer", "review:decide")
    people = {"ada": team.token("ada", "review:decide")}
    both = in_turn(approve(), approve(who="ada"), when=lambda one: len(one.approvals_required) > 0)
    script = [
        both,
        answer("escrow", when=lambda one: one.kind == "QUESTION"),
        request_changes(
            "Shorter", when=lambda one: one.node_id == "send_mail" and one.revision == 1
        ),
        approve(times=math.inf),
    ]
    with ScriptedReviewer(team.url, token, script, people):
        done = subprocess.run(
            [sys.executable, *command], env=env, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(("name", "code"), PROGRAMS, ids=[name for name, _ in PROGRAMS])
def test_the_programs_in_the_documents_run(team: Team, name: str, code: str) -> None:
    assert re.match("Paid|Sent|Deployed", run(team, "-c", code))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_run(team: Team, name: str) -> None:
    if name != "agent":
        pytest.importorskip("langgraph")
    output = run(team, str(ROOT / f"examples/python/{name}.py"))
    assert "Paid 500" in output or "deleted /tmp/cache" in output


def test_the_example_with_a_question_runs(team: Team) -> None:
    script = [answer({"account": "escrow", "note": "Sorry"})]
    assert "the escrow account pays, note: Sorry" in run_example(team, "question", script)


def test_the_example_with_a_revision_runs(team: Team) -> None:
    output = run_example(team, "revision", [request_changes("One sentence"), approve()])
    assert "revising: One sentence" in output
    assert "posted in #general: The database is down on Sunday from 6 to 7.\n" in output


def run_example(team: Team, name: str, script: list[Any]) -> str:
    credentials = {"HOLDPOINT_URL": team.url, "HOLDPOINT_TOKEN": team.token()}
    with ScriptedReviewer(team.url, team.token("reviewer", "review:decide"), script) as human:
        done = subprocess.run(
            [sys.executable, str(ROOT / f"examples/python/{name}.py")],
            env={**os.environ, **credentials},
            capture_output=True,
            text=True,
            timeout=60,
        )
        human.finish()
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_example_of_the_claude_agent_runs_with_a_scripted_program(
    team: Team, tmp_path: Path
) -> None:
    pytest.importorskip("claude_agent_sdk")
    program = Path(__file__).with_name("claude_program.py").read_text()
    (tmp_path / "claude").write_text(f"#!{sys.executable}\n{program}")
    (tmp_path / "claude").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    output = run(team, str(ROOT / "examples/python/claude_agent.py"), path=path)
    assert "deleted /tmp/cache" in output
    (review,) = team.reviews("claude-example")
    assert (review.node_id, review.payload) == ("Bash", {"command": "rm -r /tmp/cache"})
    assert review.outcome == "EXECUTED"


def test_the_reviewer_decides_by_script_and_complains(team: Team) -> None:
    step: Any = {"execution": "run-1", "node": "pay", "payload": {"n": 1}}
    token = team.token("reviewer", "review:decide")
    script = [
        approve(message="ok"),
        edit(lambda payload: {"n": payload["n"] + 1}),
        reject(),
        race(approve(), reject()),
        let_expire(),
    ]
    with ScriptedReviewer(team.url, token, script) as reviewer:
        agent = team.agent
        outcomes = [agent.review(**step, call=str(call), timeout=5) for call in range(4)]
        outcomes.append(agent.review(**step, call="4", timeout=0.5))
        reviewer.finish()
    assert [outcome.status for outcome in outcomes[:3]] == ["approved", "approved", "rejected"]
    assert outcomes[1].data == {"n": 2}  # type: ignore[union-attr]
    assert outcomes[3].status in ("approved", "rejected") and outcomes[4].status == "timeout"
    with ScriptedReviewer(team.url, token, [let_expire(times=2)]) as reviewer:
        pass
    with pytest.raises(AssertionError, match="let_expire was left, for 1 more"):
        reviewer.finish()
    with ScriptedReviewer(team.url, token) as reviewer:
        pass
    with pytest.raises(AssertionError, match="no step is for"):
        reviewer.finish()


def test_the_plugin_starts_a_service_and_a_reviewer(tmp_path: Path) -> None:
    (code,) = re.findall(r"^```py\n(.*?)^```", (ROOT / "docs/python.md").read_text(), re.M | re.S)
    (tmp_path / "test_agent.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_the_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run([*build, str(ROOT / "python")], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv/bin/python")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    subprocess.run([*uv, str(wheel)], check=True, capture_output=True)
    code = (
        "import sys, holdpoint_client as h, holdpoint_client.testing;"
        "print(sorted({'pydantic', 'httpx'} & set(sys.modules)));"
        "import holdpoint_client.compat.human_review, holdpoint_client.compat.approval_system;"
        "h.Holdpoint('http://127.0.0.1:1', 't', patience=0.1).viewer()"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    # They take a while, so they are imported when they are needed.
    assert done.stdout == "[]\n"
    assert "UnreachableError: Holdpoint cannot be reached at http://127.0.0.1:1" in done.stderr
    command = [python, "-m", "zipfile", "-l", str(wheel)]
    files = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "holdpoint_client/py.typed" in files.stdout and "tests/" not in files.stdout


def test_the_sample_for_type_checkers_uses_every_public_name() -> None:
    import holdpoint_client

    sample = Path(__file__).with_name("typing_sample.py").read_text()
    body = sample.partition(")\n\n\nclass Mail")[2]
    unused = [name for name in holdpoint_client.__all__ if not re.search(rf"\b{name}\b", body)]
    assert unused == []
