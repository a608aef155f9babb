"""What must never be read by anyone but the service it is for: tokens, passwords, addresses that are keys themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn, Self
from urllib.parse import quote, unquote, urlsplit

HIDDEN = "***"
SHORTEST = 4
"""Characters. Anything shorter is not looked for in texts: it would be found in every other word."""
_TOKEN_LENGTH = 16
"""Characters from which on a part of an address or a token is taken for a key."""
_BETWEEN = re.compile(r"[/:?&=@#]")


class Secret:
    """A text that shows itself only to `reveal`: not in a repr, a format, a traceback's locals, a copy or a pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    @classmethod
    def of(cls, value: Any) -> Secret:
        """A setting's value, whether it is one already or was given as text (`scrapy -s NAME=…`)."""
        return value if isinstance(value, Secret) else cls(str(value or ""))

    def reveal(self) -> str:
        """The text. Call it where it is sent and nowhere else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})" if self._text else "Secret('')"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __deepcopy__(self, memo: object) -> Self:  # Scrapy copies its settings
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Redactor:
    """Takes secrets out of texts that others wrote: an answer that quotes the request, an exception that names an address."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        forms = {form for secret in secrets for form in _forms(secret.reveal()) if len(form) >= SHORTEST}
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text, without them."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def all(self, value: Any) -> Any:
        """A value as JSON has them, without them in any of its texts."""
        match value:
            case str():
                return self(value)
            case dict():
                return {self(str(name)): self.all(one) for name, one in value.items()}
            case list() | tuple():
                return [self.all(one) for one in value]
        return value


def _forms(text: str) -> set[str]:
    """A secret as it may stand in a text: whole and in those parts that are keys; as it is and percent-encoded."""
    parts = {text, *(word for word in _BETWEEN.split(text) if len(word) >= _TOKEN_LENGTH)}
    if "://" in text:
        address = urlsplit(text)
        parts -= {address.netloc, address.hostname}
        parts |= {address.path + (f"?{address.query}" if address.query else ""), address.password or ""}
    return {form for part in parts for form in (part, quote(part, safe=""), quote(part, safe="/:"), unquote(part))}
