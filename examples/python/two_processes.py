"""Asks in a web process, and continues in a Celery worker when the webhook says that a person has
decided. Nothing waits in between, so both processes may be restarted at any time.

    holdpoint webhook create --workspace demo --url https://<this>/decided --kind APPROVED
    uvicorn two_processes:app
    celery -A two_processes worker
"""

import os

from celery import Celery
from fastapi import FastAPI, HTTPException, Request
from standardwebhooks import Webhook, WebhookVerificationError

from holdpoint_client import AsyncHoldpoint, Holdpoint, NotApprovedError

app = FastAPI()
worker = Celery(broker=os.environ.get("CELERY_BROKER", "memory://"))
asking = AsyncHoldpoint()
acting = Holdpoint()
webhook = Webhook(os.environ["HOLDPOINT_WEBHOOK_SECRET"])


@app.post("/refunds")
async def request_refund(customer: str, amount: int) -> dict[str, str]:
    payload = {"customer": customer, "amount": amount}
    return {"review": await asking.ask(execution="refunds", node="pay", payload=payload)}


@app.post("/decided")
async def decided(request: Request) -> None:
    body = await request.body()
    try:
        event = webhook.verify(body.decode(), dict(request.headers))
    except WebhookVerificationError as error:
        raise HTTPException(400) from error
    pay.delay(event["data"]["nodeExecId"])


@worker.task
def pay(review: str) -> str:
    outcome = acting.outcome(review)
    if outcome is None:
        return "not decided"
    try:
        return acting.run_once(outcome, lambda data: f"Paid {data['amount']} to {data['customer']}")
    except NotApprovedError as error:  # Also if the message was delivered twice.
        return f"Not paid: {error.outcome.status}"
