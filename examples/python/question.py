"""An agent that asks which account pays, in a form that the page makes from a schema."""

import os

from holdpoint_client import Answered, Holdpoint

holdpoint = Holdpoint()
outcome = holdpoint.ask_question(
    execution=os.environ.get("EXECUTION", "python-question"),
    node="which-account",
    headline="Which account pays the refund of 120 EUR to Ada?",
    payload={"customer": "ada", "amount": 120, "balances": {"main": 80, "escrow": 9000}},
    answer_schema={
        "type": "object",
        "properties": {
            "account": {"enum": ["main", "escrow"], "title": "Which account pays?"},
            "note": {"type": "string", "maxLength": 500, "title": "Note to the customer"},
        },
        "required": ["account"],
        "additionalProperties": False,
    },
    on_waiting=lambda review: print(f"waiting for an answer: {review}"),
)
if isinstance(outcome, Answered):
    note = outcome.answer.get("note", "none")
    print(f"the {outcome.answer['account']} account pays, note: {note}")
else:
    print(f"no answer, {outcome.status}: {outcome.message}")
