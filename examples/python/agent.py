"""An agent that asks before it pays."""

import os

from holdpoint_client import Holdpoint, NotApprovedError

holdpoint = Holdpoint()


@holdpoint.gate(
    execution=os.environ.get("EXECUTION", "python-example"),
    needs_review=lambda customer, amount: amount > 100,
    headline=lambda customer, amount: f"Refund {amount} to {customer}",
    instructions=lambda customer, amount: f"{customer} is told at once.",
)
def pay_refund(customer: str, amount: int) -> str:
    return f"Paid {amount} to {customer}"


for customer, amount in (("ada", 50), ("ben", 500)):
    try:
        print(pay_refund(customer, amount))
    except NotApprovedError as error:
        print(f"Not paid: {error.outcome.status} {error.outcome.message}")
