"""A page's markup: parsed once, indexed by id and class, turned into lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree
from lxml.cssselect import CSSSelector

Element = etree._Element

_IDS = etree.XPath("//@id", smart_strings=False)
_CLASSES = etree.XPath("//@class", smart_strings=False)
_PLAIN = re.compile(r"[\w\s.#>+~*-]+")  # tags, ids and classes: all of its tokens must occur
_TOKEN = re.compile(r"[.#][\w-]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\xad]")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)

# fmt: off
_NO_LETTER = re.compile(r"[\W_]+")
_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "embed", "svg", "canvas", "map",
    "audio", "video", "form", "button", "select", "option", "textarea", "input", "nav", "aside", "footer", "dialog",
    "figcaption",
))
_NEVER_TEXT = frozenset(("script", "style", "noscript", "template", "head"))
_HIDDEN_CLASSES = frozenset((
    "blind", "hidden", "sr-only", "sound_only", "skip", "u_skip", "invisible", "screen_out", "visually-hidden",
))
_BLOCKS = frozenset((
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))
# fmt: on
_CELLS = frozenset(("td", "th"))
_LONGEST_CELL = 60  # characters; a row of longer cells is layout, not a table of figures


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page's text and how much of it is link text (0 to 1)."""

    text: str
    linked: float = 0.0


class Markup:
    """A parsed page. `tokens` holds every "#id" and ".class" that occurs, whole tokens only."""

    def __init__(self, text: str) -> None:
        """Parse leniently; whatever comes, there is a tree afterwards, if only an empty one."""
        parser = etree.HTMLParser(
            encoding="utf-8", huge_tree=False, recover=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        except etree.LxmlError:
            root = None
        self.root: Element = etree.Element("html") if root is None else root
        identities = cast(list[str], _IDS(self.root))
        classes = set(cast(list[str], _CLASSES(self.root)))
        self.tokens = {f"#{identity}" for identity in identities}
        self.tokens.update(f".{name}" for names in classes for name in names.split())
        self._found: dict[str, list[Element]] = {}
        self._metas: dict[str, str] | None = None
        self._text: str | None = None

    def find(self, selectors: Iterable[str], within: Element | None = None) -> list[Element]:
        """Return the elements of the first CSS selector that matches any, in page order."""
        for selector in selectors:
            if found := self._on_page(selector) if within is None else self._select(selector, within):
                return found
        return []

    def _on_page(self, selector: str) -> list[Element]:
        if selector not in self._found:
            self._found[selector] = self._select(selector, self.root)
        return self._found[selector]

    def _select(self, selector: str, within: Element) -> list[Element]:
        tokens, search = _compiled(selector)
        return cast(list[Element], search(within)) if self.tokens.issuperset(tokens) else []

    def meta(self, *names: str) -> str:
        """Return the content of the first <meta> with one of these names, in the order of the names, or ""."""
        if self._metas is None:
            self._metas = {}
            for element in self.root.iter("meta"):
                key = element.get("property") or element.get("name") or element.get("itemprop") or ""
                if content := collapse(element.get("content") or ""):
                    self._metas.setdefault(key.lower(), content)
        return next((value for name in names if (value := self._metas.get(name))), "")

    def text(self) -> str:
        """Return the whole page as text, a line a block, hidden parts and footers included."""
        if self._text is None:
            self._text = "\n".join(line.text for line in render(self.root, everything=True))
        return self._text

    def lines_around(self, pattern: re.Pattern[str]) -> list[str]:
        """Return the lines of those blocks in whose own text the pattern is found, in page order: a part of `text()`.

        Much cheaper than the whole page where few places matter. A line may come twice where blocks are nested.
        """
        blocks: dict[Element, None] = {}
        for element in self.root.iter():
            if (own := element.text) and element.tag not in _NEVER_TEXT and pattern.search(own):
                self._note_block(element, blocks)
            if (behind := element.tail) and (parent := element.getparent()) is not None and pattern.search(behind):
                self._note_block(parent, blocks)
        return [line.text for block in blocks for line in render(block, everything=True)]

    @staticmethod
    def _note_block(element: Element, blocks: dict[Element, None]) -> None:
        around = [element, *element.iterancestors()]
        if not any(one.tag in _NEVER_TEXT for one in around):
            blocks.setdefault(next((one for one in around if one.tag in _BLOCKS), around[-1]))


def text_of(element: Element) -> str:
    """Return all text of an element in one line, scripts and hidden parts included."""
    return collapse("".join(cast(Iterable[str], element.itertext())))


@lru_cache(maxsize=512)
def _compiled(selector: str) -> tuple[frozenset[str], CSSSelector]:
    """A selector, and the tokens without which a page holds nothing for it (none are told where it has alternatives)."""
    tokens = frozenset(_TOKEN.findall(selector)) if _PLAIN.fullmatch(selector) else frozenset()
    return tokens, CSSSelector(selector, translator="html")


def letters(text: str) -> str:
    """Only the letters and digits of a text: for comparing what differs in spaces and signs."""
    return _NO_LETTER.sub("", text)


def collapse(text: str) -> str:
    """Collapse white space, control characters (those that turn the writing direction, too) and fillers to single spaces and strip the ends."""
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub(" ", text)
    return " ".join(text.split())


def render(root: Element, dropped: Iterable[Element] = (), *, everything: bool = False) -> list[Line]:
    """Turn an element into lines: a line a block, a short table row a line with " | " between its cells.

    `dropped` elements, scripts, forms, captions and hidden parts are left out, the text behind them is not; with
    `everything` only scripts and styles are left out. Iterative: depth does not matter.
    """
    unwanted, out = set(dropped), _NEVER_TEXT if everything else _SKIPPED
    lines: list[Line] = []
    pieces: list[tuple[str, bool]] = []
    rows: list[tuple[int, int]] = []  # lines and cells before this row
    cells = links = 0

    def add(piece: str) -> None:
        if pieces or not piece.isspace():  # a line does not begin with white space
            pieces.append((piece, links > 0))

    def flush() -> None:
        if not pieces:
            return
        if text := collapse("".join([piece for piece, _ in pieces])):
            linked = sum([len(piece.strip()) for piece, in_link in pieces if in_link])
            whole = sum([len(piece.strip()) for piece, _ in pieces]) if linked else 0
            lines.append(Line(text, linked / whole if whole else 0.0))
        pieces.clear()

    skipped: Element | None = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            left_out = tag in out or (unwanted and element in unwanted) or not (everything or _is_shown(element))
            if left_out and element is not root:
                walk.skip_subtree()
                skipped = element
                continue
            if tag in _BLOCKS:
                flush()
            if tag == "tr":
                rows.append((len(lines), cells))
            elif tag in _CELLS:
                cells += 1
            elif tag == "a":
                links += 1
            if text := element.text:
                add(text)
            continue
        if tag in _BLOCKS:
            flush()
        if element is not skipped:
            if tag == "tr" and rows:
                first, cells_before = rows.pop()
                row = lines[first:]
                if 1 < len(row) <= cells - cells_before and all(len(line.text) <= _LONGEST_CELL for line in row):
                    joined = " | ".join(line.text for line in row)
                    lines[first:] = [Line(joined, sum(line.linked for line in row) / len(row))]
            elif tag == "a":
                links = max(0, links - 1)
        if element is not root and (tail := element.tail):
            add(tail)
    flush()
    return lines


def _is_shown(element: Element) -> bool:
    if element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style", "")):
        return False
    return _HIDDEN_CLASSES.isdisjoint(element.get("class", "").split())
