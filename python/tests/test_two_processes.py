"""The example that asks in FastAPI and continues in a Celery worker."""

from __future__ import annotations

import importlib.util
import json
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from conftest import ROOT, Team, decision

pytest.importorskip("fastapi")
pytest.importorskip("celery")

SECRET = "whsec_c2VjcmV0IGZvciB0ZXN0cyBvbmx5ISEh"


async def test_a_webhook_continues_what_another_process_asked(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from standardwebhooks import Webhook

    monkeypatch.setenv("HOLDPOINT_URL", team.url)
    monkeypatch.setenv("HOLDPOINT_TOKEN", team.token())
    monkeypatch.setenv("HOLDPOINT_WEBHOOK_SECRET", SECRET)
    file = ROOT / "examples/python/two_processes.py"
    spec = importlib.util.spec_from_file_location("two_processes", file)
    assert spec is not None and spec.loader is not None
    example: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    results: list[str] = []
    # Instead of a broker: the worker's task runs as soon as the message is sent.
    monkeypatch.setattr(example.pay, "delay", lambda review: results.append(example.pay(review)))

    web = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=example.app), base_url="http://127.0.0.1"
    )
    asked = await web.post("/refunds", params={"customer": "ada", "amount": 5})
    review = asked.json()["review"]
    team.reviewer.decide_reviews(
        [decision(review, "APPROVE", payload={"customer": "ada", "amount": 3})]
    )

    body = json.dumps({"type": "review.approved", "data": {"nodeExecId": review}})
    now = datetime.now(timezone.utc)
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("1", now, body),
    }
    for _ in range(2):
        assert (await web.post("/decided", content=body, headers=headers)).status_code == 200
    assert results == ["Paid 3 to ada", "Not paid: consumed"]
    forged = {**headers, "webhook-signature": "v1,Zm9yZ2Vk"}
    assert (await web.post("/decided", content=body, headers=forged)).status_code == 400
    await web.aclose()
