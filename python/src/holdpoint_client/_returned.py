"""`Awaitable[T]` of the async client becomes `Returned[T]`, which is T, in the blocking one."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

T = TypeVar("T")

Returned = Annotated[T, "what a call returns"]

__all__ = ["Awaitable", "Returned"]
