"""Files that payloads name."""

from __future__ import annotations

import hashlib

import pytest
from conftest import Team

from holdpoint_client import Approved, Holdpoint, InvalidInputError, RefusedError

DIGEST = "sha256:" + hashlib.sha256(b"a file").hexdigest()


async def test_89_an_uploaded_file_is_an_object_for_the_payload(team: Team) -> None:
    file = team.agent.upload_attachment(b"a file", media_type="text/plain", name="a.txt")
    assert file == {"$attachment": DIGEST, "name": "a.txt"}
    assert await team.async_agent.upload_attachment(b"a file") == {"$attachment": DIGEST}
    on_waiting = team.decide("APPROVE")
    outcome = await team.async_agent.review(
        execution="run-1", node="pay", payload={"file": file}, on_waiting=on_waiting
    )
    assert isinstance(outcome, Approved)
    assert outcome.data == {"file": file}


def test_89_what_the_service_would_refuse_is_not_sent(team: Team) -> None:
    for content, media_type, path in [
        (b"", "text/plain", "content"),
        (b"x" * 5_000_001, "text/plain", "content"),
        (b"x", "png", "media_type"),
    ]:
        with pytest.raises(InvalidInputError) as caught:
            team.agent.upload_attachment(content, media_type=media_type)
        assert [issue.path for issue in caught.value.issues] == [path]


def test_89_a_token_without_review_request_cannot_upload(team: Team) -> None:
    reader = Holdpoint(team.url, team.token("ann", "review:read"))
    with pytest.raises(RefusedError) as caught:
        reader.upload_attachment(b"a file")
    assert caught.value.code == "FORBIDDEN"
    reader.close()
