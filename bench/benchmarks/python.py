"""Measures the Python client, with agent and reviewer in one process. Prints a line of JSON.

python.py <url> <agent's token> <reviewer's token> <calls>
"""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import httpx

from holdpoint_client import AsyncHoldpoint, Decision, Holdpoint

URL, AGENT, HUMAN, CALLS = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
IDLE_SECONDS = 0.02
WAITS = 1_000
EXECUTION = "python-run"
GRAPH = {"graph_exec_id": EXECUTION, "graph_id": "agent", "graph_version": 1}
DOCUMENTS = {
    "requestReview": "mutation ($input: RequestReviewInput!) { requestReview(input: $input) "
    "{ ... on RequestReviewPayload { review { payloadDigest } } } }",
    "consumeReview": "mutation ($input: ConsumeReviewInput!) { consumeReview(input: $input) "
    "{ ... on ConsumeReviewPayload { result { data } } } }",
    "reportOutcome": "mutation ($input: ReportOutcomeInput!) { reportOutcome(input: $input) "
    "{ ... on ReportOutcomePayload { review { outcome } } } }",
}


def payload(number: int) -> dict[str, Any]:
    return {"to": f"user-{number}@example.com", "amount": number}


async def approve_all(human: AsyncHoldpoint) -> None:
    page = await human.pending_reviews(first=100)
    decisions = [
        Decision(
            node_exec_id=edge.node.node_exec_id,
            decision="APPROVE",
            subject_digest=edge.node.subject_digest,
        )
        for edge in page.edges
    ]
    await human.decide_reviews(decisions)


async def decision_ms(agent: AsyncHoldpoint, human: AsyncHoldpoint) -> list[float]:
    """From sending a decision until the agent's `await` returns, including the request itself."""
    times = []
    for number in range(CALLS):
        waiting = asyncio.create_task(
            agent.review(execution=EXECUTION, node="send", payload=payload(number))
        )
        while not (page := await human.pending_reviews(first=1)).edges:
            await asyncio.sleep(IDLE_SECONDS)
        await asyncio.sleep(IDLE_SECONDS)
        node = page.edges[0].node
        decision = Decision(
            node_exec_id=node.node_exec_id, decision="APPROVE", subject_digest=node.subject_digest
        )
        began = time.perf_counter()
        deciding = asyncio.create_task(human.decide_reviews([decision]))
        await waiting
        times.append((time.perf_counter() - began) * 1000)
        await deciding
    return sorted(times)


async def streams_of_waits(agent: AsyncHoldpoint, human: AsyncHoldpoint) -> int:
    """How many event streams a thousand waits open."""
    from holdpoint_client import _session

    streams = 0
    events = _session.Session.events

    def counted(self: Any, variables: dict[str, Any]) -> Any:
        nonlocal streams
        streams += 1
        return events(self, variables)

    _session.Session.events = counted  # type: ignore[method-assign]
    asked: list[str] = []
    reviews = [
        agent.review(
            execution="python-waits", node="wait", payload=payload(n), on_waiting=asked.append
        )
        for n in range(WAITS)
    ]
    waiting = asyncio.gather(*reviews)
    while len(asked) < WAITS:
        await asyncio.sleep(IDLE_SECONDS)
    for _ in range(WAITS // 100):
        await approve_all(human)
    await waiting
    return streams


def gate_ms() -> tuple[float, float]:
    """A gated call under a standing approval, and the same three requests sent by httpx."""
    agent, human = Holdpoint(URL, AGENT), Holdpoint(URL, HUMAN)
    human.create_auto_approval(**GRAPH, node_id="send")

    @agent.gate(execution=EXECUTION, node="send")
    def send(to: str, amount: int) -> None:
        pass

    bare = httpx.Client(headers={"authorization": f"Bearer {AGENT}"}, timeout=30)

    def post(operation: str, variables: dict[str, Any]) -> Any:
        body = {"query": DOCUMENTS[operation], "variables": {"input": variables}}
        return bare.post(f"{URL}/graphql", json=body).json()["data"][operation]

    ours, baseline = [], []
    for number in range(100_000, 100_000 + CALLS):
        began = time.perf_counter()
        send(**payload(number))
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        node_exec_id = f"bare-{number}"
        step = {"nodeExecId": node_exec_id, "graphExecId": EXECUTION, "graphId": "agent"}
        step |= {"graphVersion": 1, "nodeId": "send", "payload": payload(number)}
        digest = post("requestReview", step)["review"]["payloadDigest"]
        post("consumeReview", {"nodeExecId": node_exec_id, "payloadDigest": digest})
        post("reportOutcome", {"nodeExecId": node_exec_id, "outcome": "EXECUTED"})
        baseline.append(time.perf_counter() - began)
    return sorted(ours)[CALLS // 2] * 1000, sorted(baseline)[CALLS // 2] * 1000


def import_ms() -> float:
    clock = "time.perf_counter()"
    code = f"import time; t = {clock}; import holdpoint_client; print({clock} - t)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    return sorted(runs)[2] * 1000


async def main() -> dict[str, Any]:
    async with AsyncHoldpoint(URL, AGENT) as agent, AsyncHoldpoint(URL, HUMAN) as human:
        times = await decision_ms(agent, human)
        streams = await streams_of_waits(agent, human)
    return {"decision": times[len(times) // 2], "decisionMax": times[-1], "streams": streams}


results = asyncio.run(main())
ours, baseline = gate_ms()
results |= {"gate": ours, "bare": baseline, "import": import_ms()}
print(json.dumps(results))
