"""What a client is made with, and its session on the engine."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from ._session import Session, Token, acquire, release
from .errors import InputIssue, InvalidInputError


class Connection:
    def __init__(
        self,
        url: str | None,
        token: Token | None,
        graph: str,
        graph_version: int,
        patience: float,
    ) -> None:
        self.url = _endpoint(url if url is not None else os.environ.get("HOLDPOINT_URL", ""))
        self.token = _checked(token if token is not None else os.environ.get("HOLDPOINT_TOKEN", ""))
        self.graph = graph
        self.graph_version = graph_version
        self.patience = patience
        self._session: Session | None = None
        self._process = 0

    def session(self) -> Session:
        """The session of this process. Nothing is sent before its first use."""
        if self._session is None or self._process != os.getpid():
            self._process = os.getpid()
            self._session = acquire(self.url, self.token)
        return self._session

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None and self._process == os.getpid() and release(session, self.token):
            await session.close()


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        message = (
            "must be an http:// or https:// URL such as http://127.0.0.1:4000, "
            f"not {url!r}; it can be set as HOLDPOINT_URL"
        )
        raise InvalidInputError([InputIssue("url", message)])
    # The URL may name only the service, which may be below a path.
    path = parts.path.rstrip("/")
    return url if path.endswith("/graphql") else f"{parts.scheme}://{parts.netloc}{path}/graphql"


def _checked(token: Token) -> Token:
    if callable(token) or re.fullmatch(r"[\x21-\x7e]+", token):
        return token
    message = (
        'must be a token, as printed by "holdpoint token create", or a function that returns one; '
        "it can be set as HOLDPOINT_TOKEN"
    )
    raise InvalidInputError([InputIssue("token", message)])
