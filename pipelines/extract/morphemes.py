"""What the morphological analyser is asked: whether syllables before an office are a person's name."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token  # type: ignore[attr-defined]

_LONGEST = 20


@lru_cache(maxsize=4096)
def may_be_name(word: str, office: str = "시장") -> bool:
    """Whether `word` reads as a proper noun before an office; 반도체 (시장) and 새로운 (시장) do not."""
    if len(word) > _LONGEST:
        return False
    first: Token = _kiwi().tokenize(f"{word} {office}은")[0]  # type: ignore[index]  # one text in, one list out
    return bool(first.tag == "NNP" and word.startswith(first.form))


@cache
def _kiwi() -> Kiwi:
    from kiwipiepy import Kiwi  # type: ignore[attr-defined]  # loaded on first use: it takes a second and 300 MB

    return Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)
