"""An agent that revises an announcement as the reviewer asks, and posts what was approved."""

import os
from collections.abc import Sequence

from holdpoint_client import Holdpoint, NotApprovedError, Review, ReviewComment, Revised

holdpoint = Holdpoint()


def shorten(message: str, comments: Sequence[ReviewComment], review: Review) -> Revised:
    wishes = [message, *(f"{one.pointer}: {one.text}" for one in comments)]
    print(f"revising: {'; '.join(wish for wish in wishes if wish)}")
    # A model would follow what the reviewer wrote.
    text = review.payload["text"].split(". ")[0] + "."
    return Revised({**review.payload, "text": text}, note="Shortened")


@holdpoint.gate(
    execution=os.environ.get("EXECUTION", "python-revision"),
    headline=lambda channel, text: f"Announcement in {channel}",
    on_changes_requested=shorten,
)
def post(channel: str, text: str) -> None:
    print(f"posted in {channel}: {text}")


try:
    post("#general", "The database is down on Sunday from 6 to 7. Sorry. We will do better.")
except NotApprovedError as error:
    print(f"not posted: {error.outcome.status} {error.outcome.message}")
