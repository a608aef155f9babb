"""Korean full-text search by syllable bigrams: `청년` and `부평` are found inside longer words.

SQLite's own tokenizers miss them: unicode61 sees only whole words, trigram nothing under three syllables.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[가-힣]+|[^\W가-힣_]+")


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def bigrams(text: str) -> str:
    """The text as it is indexed: runs of Hangul as overlapping pairs plus their last syllable, other words whole."""
    return " ".join(
        token for run in _runs(text) for token in ([*_pairs(run), run[-1]] if "가" <= run[0] <= "힣" else [run])
    )


def match_query(text: str) -> str:
    """What a reader typed, as an FTS5 query: every word must occur, Hangul anywhere, other words from their start.

    Never raises and never is a syntax error; text without a word gives a query that finds nothing.
    """
    terms = []
    for run in _runs(text):
        hangul = "가" <= run[0] <= "힣"
        terms.append('"' + " ".join(_pairs(run)) + '"' if hangul and len(run) > 1 else f'"{run}"*')
    return " ".join(terms) or '""'
