"""What lists and messages say about a review, and what rules of the policy may look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from ._types import ReviewLinkInput, Risk

# Each is a value, or a function that makes it from what the review is about.
HeadlineOption: TypeAlias = str | Callable[..., str | None] | None
RiskOption: TypeAlias = Risk | Callable[..., Risk | None] | None
TagsOption: TypeAlias = Sequence[str] | Callable[..., Sequence[str] | None] | None
ReversibleOption: TypeAlias = bool | Callable[..., bool | None] | None
LinksOption: TypeAlias = (
    Sequence[ReviewLinkInput] | Callable[..., Sequence[ReviewLinkInput] | None] | None
)


def summary_of(
    headline: HeadlineOption,
    risk: RiskOption,
    tags: TagsOption,
    reversible: ReversibleOption = None,
    links: LinksOption = None,
) -> Callable[..., dict[str, Any]]:
    """A function that makes these options of `review`."""
    options = {
        "headline": headline,
        "risk": risk,
        "tags": tags,
        "reversible": reversible,
        "links": links,
    }

    def made(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            name: option(*args, **kwargs) if callable(option) else option
            for name, option in options.items()
        }

    return made
