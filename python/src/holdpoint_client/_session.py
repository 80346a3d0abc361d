"""One connection to the service: requests, retries and the event stream. It runs on the engine."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import random
import re
import secrets
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import urljoin

from ._documents import FEED_CURSOR, HANDSHAKE, REVIEW_EVENTS
from ._engine import on_fork
from ._json import to_text, variables_of
from ._types import ReviewEvent
from .errors import IncompatibleError, QuotaExceededError, RefusedError, UnreachableError

if TYPE_CHECKING:
    import httpx

    from ._waits import Watcher

log = logging.getLogger("holdpoint_client")

API_VERSION = "2.0"
"""The version of the API that this client was made for, the same as of the TypeScript client."""

T = TypeVar("T")
Token: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]

MAX_REQUESTS = 20
"""Concurrent requests. A thousand steps that start together wait in line."""
REQUEST_SECONDS = 30.0
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
"""The service sends something at least every 12 seconds, so a silent stream is dead."""
MIN_RETRY_SECONDS = 0.1
MAX_RETRY_SECONDS = 5.0

_TRANSIENT_CODE = re.compile(
    r"SERVICE_UNAVAILABLE|INTERNAL_SERVER_ERROR|TOO_MANY_(OPERATIONS|REQUESTS|SUBSCRIPTIONS)"
    r"|REVIEW_CHANGED|HTTP_\d+"
)
_VERSION = re.compile(r"(\d+)\.(\d+)")
_UNKNOWN_VERSION = re.compile(r'Cannot query field "apiVersion" on type "Query"\.[^;]*')


def random_key() -> str:
    return secrets.token_hex(16)


def is_transient(error: BaseException) -> bool:
    """Whether a retry may help: the service is unreachable or has a temporary problem."""
    if isinstance(error, RefusedError):
        return bool(_TRANSIENT_CODE.fullmatch(error.code or ""))
    return isinstance(error, UnreachableError)


class Backoff:
    """Exponential backoff with jitter, and not before the service asks to try again."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._next = MIN_RETRY_SECONDS

    def next(self, error: BaseException | None = None) -> float:
        seconds = self._next * random.uniform(0.5, 1)
        self._next = min(self._next * 2, MAX_RETRY_SECONDS)
        return seconds + (getattr(error, "retry_after", None) or 0.0)


class Session:
    """The connection of all clients of this process that have the same address and token."""

    def __init__(self, url: str, token: Token) -> None:
        from ._waits import Watcher

        self.url = url
        self.users = 0
        self.renews_token = callable(token)
        self._token = token
        self._client: httpx.AsyncClient | None = None
        self._slots = asyncio.Semaphore(MAX_REQUESTS)
        self._handshakes: dict[str, asyncio.Task[None]] = {}
        self._is_retrying = False
        self.watcher: Watcher = Watcher(self)

    def http(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            # One connection more, for the event stream.
            limits = httpx.Limits(max_connections=MAX_REQUESTS + 1)
            timeout = httpx.Timeout(REQUEST_SECONDS, connect=CONNECT_SECONDS, pool=None)
            # Reading the certificates takes a while, so only where they are needed.
            verify = self.url.startswith("https")
            self._client = httpx.AsyncClient(limits=limits, timeout=timeout, verify=verify)
        return self._client

    async def close(self) -> None:
        self.watcher.stop()
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def request(
        self, document: str, variables: dict[str, Any], on_sending: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Runs a query or mutation and returns its data.

        Raises UnreachableError or RefusedError; before anything is sent, IncompatibleError.
        """
        body = to_text({"query": document, "variables": variables}).encode()
        async with self._slots:
            authorization = await self._authorize()
            if on_sending is not None:
                on_sending()
            return _data_of(await self._post(authorization, body))

    async def call(
        self, document: str, variables: dict[str, Any], patience: float, repeats: bool
    ) -> dict[str, Any]:
        """`request` with retries for up to `patience` seconds. An operation that is not safe to
        repeat is not retried once it is sent.
        """
        exact = variables_of(variables)

        async def attempt(on_sending: Callable[[], None]) -> dict[str, Any]:
            return await self.request(document, exact, on_sending)

        return await self._patiently(attempt, patience, repeats)

    async def upload(self, content: bytes, media_type: str, patience: float) -> str:
        """Uploads a file, with retries for up to `patience` seconds, and returns its digest.

        Raises UnreachableError, RefusedError or QuotaExceededError.
        """
        url = urljoin(self.url.rstrip("/"), "attachments")

        async def attempt(_: Callable[[], None]) -> str:
            async with self._slots:
                authorization = await self._authorize()
                answer = await self._post(authorization, content, media_type, url)
            if "errors" not in answer:
                return str(answer["digest"])
            refusal = _refusal_of(answer)
            if refusal.code == "QUOTA_EXCEEDED":
                quota = answer["errors"][0]["extensions"]["quota"]
                raise QuotaExceededError(str(refusal), quota)
            raise refusal

        return await self._patiently(attempt, patience, repeats=True)

    async def _patiently(
        self,
        attempt: Callable[[Callable[[], None]], Awaitable[T]],
        patience: float,
        repeats: bool,
    ) -> T:
        is_sent = False

        def on_sending() -> None:
            nonlocal is_sent
            is_sent = True

        end = time.monotonic() + patience
        backoff = Backoff()
        while True:
            is_sent = False
            try:
                result = await attempt(on_sending)
                self._is_retrying = False
                return result
            except (UnreachableError, RefusedError) as error:
                seconds = backoff.next(error)
                # A request over the rate limit did nothing.
                is_limit = getattr(error, "code", None) in ("TOO_MANY_REQUESTS", "HTTP_429")
                is_safe = repeats or not is_sent or is_limit
                if not (is_safe and is_transient(error)) or time.monotonic() + seconds > end:
                    raise
                if not self._is_retrying and not is_limit:
                    self._is_retrying = True
                    log.warning("%s. Retrying…", error)
            await asyncio.sleep(seconds)

    async def _authorize(self) -> str:
        """The authorization header, after checking that the service is compatible."""
        token = self._token
        if callable(token):
            # In a thread: it may block, e.g. while it fetches a new token.
            fetched: Any = await asyncio.to_thread(token)
            token = await fetched if inspect.isawaitable(fetched) else fetched
        authorization = f"Bearer {token}"
        if authorization not in self._handshakes:
            shaking = asyncio.create_task(self._shake(authorization))
            # Renewed tokens replace each other.
            self._handshakes = {authorization: shaking}
            shaking.add_done_callback(lambda _: self._forget_failure(authorization, shaking))
        # Shielded: concurrent callers share it.
        await asyncio.shield(self._handshakes[authorization])
        return authorization

    def _forget_failure(self, authorization: str, shaking: asyncio.Task[None]) -> None:
        if shaking.cancelled() or shaking.exception() is not None:
            self._handshakes.pop(authorization, None)

    async def _shake(self, authorization: str) -> None:
        answer = await self._post(authorization, to_text({"query": HANDSHAKE}).encode())
        try:
            data = _data_of(answer)
        except RefusedError as error:
            raise _handshake_refusal(error, self.url) from None
        served = _VERSION.fullmatch(str(data.get("apiVersion")))
        if served is None:
            raise _not_holdpoint(self.url, "it does not tell its API version")
        major, minor = (int(part) for part in served.groups())
        made_major, made_minor = (int(part) for part in API_VERSION.split("."))
        if major == made_major and minor >= made_minor:
            return
        age = "newer" if major > made_major else "older"
        outdated = "client" if age == "newer" else "service"
        raise IncompatibleError(
            f"The API at {self.url} has version {served[0]}, which is {age} than {API_VERSION}, "
            f"for which this client was made: upgrade the {outdated}"
        )

    async def _post(
        self,
        authorization: str,
        body: bytes,
        content_type: str = "application/json",
        url: str | None = None,
    ) -> dict[str, Any]:
        import httpx

        url = url or self.url
        headers = {
            "authorization": authorization,
            "content-type": content_type,
            "accept": "application/graphql-response+json, application/json",
        }
        try:
            # The timeouts of httpx are for each read and write.
            posting = self.http().post(url, content=body, headers=headers)
            response = await asyncio.wait_for(posting, REQUEST_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL, asyncio.TimeoutError) as error:
            raise UnreachableError(url, str(error) or type(error).__name__) from error
        return _answer_of(response, response.content, url)

    async def events(self, variables: dict[str, Any]) -> AsyncGenerator[dict[str, Any] | None]:
        """The results of one subscription until the connection ends. First comes None, once the
        service has accepted it. It does not reconnect: only the caller knows where to resume.
        """
        import httpx
        from httpx_sse import aconnect_sse

        authorization = await self._authorize()
        timeout = httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS, pool=None)
        headers = {"authorization": authorization, "content-type": "application/json"}
        body = to_text({"query": REVIEW_EVENTS, "variables": variables}).encode()
        try:
            async with aconnect_sse(
                self.http(), "POST", self.url, content=body, headers=headers, timeout=timeout
            ) as source:
                response = source.response
                if not response.headers.get("content-type", "").startswith("text/event-stream"):
                    content = await response.aread()
                    # Any other answer is of a proxy that lets no streams through.
                    with suppress(IncompatibleError):
                        _data_of(_answer_of(response, content, self.url))
                    raise UnreachableError(self.url, f"no event stream: {response.status_code}")
                yield None
                async for event in source.aiter_sse():
                    if event.event == "complete":
                        return
                    if event.event == "next":
                        yield _data_of(json.loads(event.data))["reviewEvents"]
        except httpx.HTTPError as error:
            raise UnreachableError(self.url, str(error) or type(error).__name__) from error

    async def follow(
        self,
        after: str | None = None,
        graph_exec_id: str | None = None,
        node_exec_ids: list[str] | None = None,
        on_live: Callable[[bool], None] | None = None,
    ) -> AsyncGenerator[ReviewEvent]:
        """Every event after a cursor, then live, each exactly once. A broken connection is retried
        and resumes after the last event.

        Raises RefusedError if a retry cannot help, e.g. because the token was revoked.
        """
        cursor = after if after is not None else await self.feed_cursor()
        backoff = Backoff()
        while True:
            variables: dict[str, Any] = {"after": cursor}
            if graph_exec_id is not None:
                variables["graphExecId"] = graph_exec_id
            if node_exec_ids is not None:
                variables["nodeExecIds"] = node_exec_ids
            was_accepted = False
            failure: Exception | None = None
            events = self.events(variables)
            try:
                async for event in events:
                    if event is None:
                        was_accepted = True
                        if on_live is not None:
                            on_live(True)
                        continue
                    backoff.reset()
                    cursor = event["cursor"]
                    yield ReviewEvent.of_json(event)
            except (UnreachableError, RefusedError) as error:
                # The token has expired since the connection was accepted: fetch a fresh one.
                is_expiry = (
                    self.renews_token
                    and was_accepted
                    and isinstance(error, RefusedError)
                    and error.code == "UNAUTHENTICATED"
                )
                if not is_transient(error) and not is_expiry:
                    raise
                failure = error
            finally:
                await events.aclose()
            if on_live is not None:
                on_live(False)
            await asyncio.sleep(backoff.next(failure))

    async def feed_cursor(self) -> str:
        """The current cursor of the workspace's feed. It waits while the service is away."""
        backoff = Backoff()
        while True:
            try:
                data = await self.request(FEED_CURSOR, {})
            except (UnreachableError, RefusedError) as error:
                if not is_transient(error):
                    raise
                await asyncio.sleep(backoff.next(error))
            else:
                return str(data["pendingReviews"]["feedCursor"])


def _answer_of(response: httpx.Response, content: bytes, url: str) -> dict[str, Any]:
    status = response.status_code
    retry_after = _retry_after(response.headers)
    answer: Any = None
    with suppress(ValueError):
        answer = json.loads(content)
    if isinstance(answer, dict) and answer.keys() & {"data", "errors", "digest"}:
        return {**answer, "retryAfter": retry_after}
    message = f"{url} answered {status}, which is not an answer from Holdpoint"
    # Probably a proxy error: the service is unavailable or busy.
    if status >= 500 or status in (408, 429):
        raise RefusedError(message, f"HTTP_{status}", retry_after)
    raise IncompatibleError(f"{message}: is its GraphQL at that URL?")


def _retry_after(headers: httpx.Headers) -> float | None:
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:  # Absent, or an HTTP date.
        return None


def _data_of(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("errors"):
        raise _refusal_of(answer)
    data = answer.get("data")
    if not isinstance(data, dict):
        raise RefusedError("The answer contains no data", None)
    return data


def _refusal_of(answer: dict[str, Any]) -> RefusedError:
    errors = answer["errors"]
    extensions = errors[0].get("extensions") or {}
    message = "; ".join(str(error.get("message")) for error in errors)
    retry_after = extensions.get("retryAfterSeconds", answer.get("retryAfter"))
    return RefusedError(message, extensions.get("code"), retry_after)


def _handshake_refusal(error: RefusedError, url: str) -> RefusedError:
    """Every Holdpoint error has a code, and GRAPHQL_VALIDATION_FAILED means that it does not know
    this query.
    """
    if error.code is not None and error.code != "GRAPHQL_VALIDATION_FAILED":
        return error
    if not _UNKNOWN_VERSION.fullmatch(str(error)):
        return _not_holdpoint(url, str(error))
    return IncompatibleError(
        f"The API at {url} does not tell its version, so it is older than {API_VERSION}, for which "
        "this client was made: upgrade the service"
    )


def _not_holdpoint(url: str, why: str) -> IncompatibleError:
    return IncompatibleError(f"What answers at {url} is not Holdpoint: {why}")


# Sessions by address and token, so that all clients of a process share one event stream.

_lock = threading.Lock()
_sessions: dict[tuple[str, Token], Session] = {}


def acquire(url: str, token: Token) -> Session:
    with _lock:
        session = _sessions.get((url, token))
        if session is None:
            session = _sessions[url, token] = Session(url, token)
        session.users += 1
        return session


def release(session: Session, token: Token) -> bool:
    """Whether this was the last user, who has to close the session."""
    with _lock:
        session.users -= 1
        if session.users > 0:
            return False
        _sessions.pop((session.url, token), None)
        return True


def _forget() -> object:
    global _lock, _sessions
    inherited, _sessions = _sessions, {}
    _lock = threading.Lock()
    return inherited


on_fork(_forget)
