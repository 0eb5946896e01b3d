"""A yes or a no that carries its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Decision:
    """The answer to "may this be?", true exactly when the answer is yes.

    The reason is a code, never a sentence: the page that shows it puts the facts into words.

    >>> bool(Decision.yes())
    True
    >>> too_late = Decision.no("horizon", last=20)
    >>> bool(too_late), too_late.reason, too_late.facts["last"]
    (False, 'horizon', 20)

    A refusal stops a chain of questions, so the first reason is the one given.

    >>> (Decision.yes() and Decision.no("hours") and Decision.no("grid")).reason
    'hours'
    """

    allowed: bool
    reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __bool__(self) -> bool:
        return self.allowed

    @classmethod
    def yes(cls, **facts: object) -> Decision:
        """It is allowed."""
        return cls(allowed=True, facts=facts)

    @classmethod
    def no(cls, reason: str, /, **facts: object) -> Decision:
        """It is refused, because of *reason*."""
        return cls(allowed=False, reason=reason, facts=facts)
