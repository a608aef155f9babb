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
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\xa0\xad]+")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)

# fmt: off
_NO_LETTER = re.compile(r"[\W_]+")
_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "embed", "svg", "canvas", "map",
    "audio", "video", "form", "button", "select", "option", "textarea", "input", "nav", "aside", "footer", "dialog",
    "figcaption",
))
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
        self._metas: dict[str, str] | None = None
        self._text: str | None = None

    def find(self, selectors: Iterable[str], within: Element | None = None) -> list[Element]:
        """Return the elements of the first CSS selector that matches any, in page order."""
        for selector in selectors:
            if found := cast(list[Element], _compiled(selector)(self.root if within is None else within)):
                return found
        return []

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


def text_of(element: Element) -> str:
    """Return all text of an element in one line, scripts and hidden parts included."""
    return collapse("".join(cast(Iterable[str], element.itertext())))


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def letters(text: str) -> str:
    """Only the letters and digits of a text: for comparing what differs in spaces and signs."""
    return _NO_LETTER.sub("", text)


def collapse(text: str) -> str:
    """Collapse white space, control characters (those that turn the writing direction, too) and fillers to single spaces and strip the ends."""
    return _SPACE.sub(" ", text).strip()


def render(root: Element, dropped: Iterable[Element] = (), *, everything: bool = False) -> list[Line]:
    """Turn an element into lines: a line a block, a short table row a line with " | " between its cells.

    `dropped` elements, scripts, forms, captions and hidden parts are left out, the text behind them is not; with
    `everything` only scripts and styles are left out. Iterative: depth does not matter.
    """
    unwanted = set(dropped)
    lines: list[Line] = []
    pieces: list[tuple[str, bool]] = []
    rows: list[tuple[int, int]] = []  # lines and cells before this row
    cells = links = 0

    def flush() -> None:
        text = collapse("".join(piece for piece, _ in pieces))
        if text:
            linked = sum(len(piece.strip()) for piece, in_link in pieces if in_link)
            whole = sum(len(piece.strip()) for piece, _ in pieces)
            lines.append(Line(text, linked / whole if whole else 0.0))
        pieces.clear()

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if element is not root and (element in unwanted or _is_skipped(element, everything)):
                walk.skip_subtree()
                unwanted.add(element)
                continue
            if tag in _BLOCKS:
                flush()
            if tag == "tr":
                rows.append((len(lines), cells))
            elif tag in _CELLS:
                cells += 1
            elif tag == "a":
                links += 1
            if element.text:
                pieces.append((element.text, links > 0))
            continue
        if element not in unwanted:
            if tag in _BLOCKS:
                flush()
            if tag == "tr" and rows:
                first, cells_before = rows.pop()
                row = lines[first:]
                if 1 < len(row) <= cells - cells_before and all(len(line.text) <= _LONGEST_CELL for line in row):
                    joined = " | ".join(line.text for line in row)
                    lines[first:] = [Line(joined, sum(line.linked for line in row) / len(row))]
            elif tag == "a":
                links = max(0, links - 1)
        elif tag in _BLOCKS:
            flush()
        if element.tail and element is not root:
            pieces.append((element.tail, links > 0))
    flush()
    return lines


def _is_skipped(element: Element, everything: bool) -> bool:
    tag = element.tag
    if everything:
        return tag in ("script", "style", "noscript", "template", "head")
    if tag in _SKIPPED:
        return True
    attributes = element.attrib
    if "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", "")):
        return True
    return not _HIDDEN_CLASSES.isdisjoint(attributes.get("class", "").split())
