from __future__ import annotations

import re

from .errors import InputIssue, InvalidInputError

MAX_BYTES = 5_000_000


def check_upload(content: bytes, media_type: str) -> None:
    """Raises InvalidInputError for what the service would refuse."""
    issues = []
    if not 0 < len(content) <= MAX_BYTES:
        message = f"must be 1 to {MAX_BYTES} bytes, not {len(content)}"
        issues.append(InputIssue("content", message))
    if not re.fullmatch(r"[\x21-\x2e\x30-\x7e]+/[\x20-\x7e]+", media_type):
        message = f"must be a media type such as image/png, not {media_type!r}"
        issues.append(InputIssue("media_type", message))
    if issues:
        raise InvalidInputError(issues)
