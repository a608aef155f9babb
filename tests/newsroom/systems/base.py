"""What the publishing systems have in common: routing by path, lists and their pages, search, rendering."""

import bisect
import copy
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Self
from urllib.parse import urljoin, urlsplit

import jinja2

from crawler.clock import now
from tests.newsroom.model import Article, Outlet, Placement
from tests.newsroom.weight import Weight
from tests.newsroom.wire import Request, Response

KOREA = timezone(timedelta(hours=9))
Place = Literal["articles", "lists", "feeds", "robots", "elsewhere"]
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


@dataclass(frozen=True)
class Story:
    """An article as one outlet has it."""

    article: Article
    id: str
    search_only: bool
    url: str
    code: str

    @property
    def readers(self) -> int:
        """An invented number of readers, the same at every request."""
        return 300 + zlib.crc32(self.id.encode()) % 4700


@dataclass(frozen=True)
class Sheet:
    """One page of a list: its stories, its number and the number of the last page that holds any."""

    stories: list[Story]
    number: int
    last: int


class System:
    """One outlet on one publishing system; subclasses say which paths it answers and with what.

    `routes` maps a path (as a regular expression for the whole of it) to the name of a method, which is called with the
    request's parameters and the expression's named groups. `id_pattern` is what an id looks like in this system.
    `article_routes` names the methods that show an article, whose id is the group `number` or the parameter
    `id_parameter`; `twins` are other paths of an article, with `{id}` and `{board}`.

    What there is follows the clock: `stories` and `by_id` are those of the moment it was last turned to.
    """

    key: ClassVar[str]
    id_pattern: ClassVar[re.Pattern[str]]
    routes: ClassVar[tuple[tuple[str, str], ...]]
    article_routes: ClassVar[frozenset[str]]
    id_parameter: ClassVar[str] = ""
    twins: ClassVar[tuple[str, ...]] = ()

    def __init__(self, outlet: Outlet, placed: Iterable[tuple[Article, Placement]]) -> None:
        """Serve `outlet` with its articles, newest first, as they stand now."""
        self.outlet = outlet
        self.home = f"{outlet.scheme}://{outlet.host}"
        self.names = {code: name for name, code in outlet.sections.items()}
        self.arrange: Callable[[Sheet], Sheet] = lambda sheet: sheet
        self.look = ""
        self.stage = -1
        self.weight = Weight(outlet.key, outlet.kilobytes, self.codec) if outlet.kilobytes else None
        self._responses: dict[tuple[str, str], Response] = {}
        self._placed = list(placed)
        self._turns = sorted({turn for article, _ in self._placed for turn in article.turns})
        self.turn_to(now())

    def turn_to(self, moment: datetime) -> None:
        """Show what there is at a moment (aware)."""
        self.moment = moment.astimezone(KOREA).replace(tzinfo=None)
        stage = bisect.bisect_right(self._turns, self.moment)
        if stage == self.stage:
            return
        self.stage = stage
        self._responses.clear()
        self.stories = [
            Story(article, at.id, at.search_only, self.article_url(at.id), self.outlet.sections[article.section])
            for whole, at in self._placed
            if (article := whole.as_of(self.moment))
        ]
        self.by_id = {story.id: story for story in self.stories}

    @property
    def codec(self) -> str:
        """Python's name for the outlet's charset."""
        return "cp949" if self.outlet.charset == "euc-kr" else self.outlet.charset

    def bent(
        self,
        *,
        arrange: Callable[[Sheet], Sheet] | None = None,
        retell: Callable[[Article], Article] | None = None,
        look: str = "",
        days_ago: int = 0,
    ) -> Self:
        """The site with a fault: sheets arranged otherwise, articles told otherwise, in another look, or as it was."""
        site = copy.copy(self)
        site._responses = {}
        if days_ago:
            site.turn_to(self.moment.replace(tzinfo=KOREA) - timedelta(days=days_ago))
        site.arrange = arrange or self.arrange
        site.look = look or self.look
        if retell:
            site.stories = [replace(story, article=retell(story.article)) for story in site.stories]
            site.by_id = {story.id: story for story in site.stories}
        return site

    def article_url(self, number: str) -> str:
        """The canonical URL of the article with this id."""
        raise NotImplementedError

    def answer(self, request: Request, moment: datetime | None = None) -> Response:
        """The response to a request for this outlet, at a moment (aware) or now."""
        self.turn_to(moment or now())
        return self.respond(request)

    def respond(self, request: Request) -> Response:
        """The response to a request, at the moment that the site was last turned to; made once between two turns."""
        asked = (request.path, request.query)
        if asked not in self._responses:
            self._responses[asked] = self._made(request)
        return self._responses[asked]

    def _made(self, request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response(body=self.robots().encode())
        name, groups = self._route(request.path)
        if not name:
            return self.missing()
        response: Response = getattr(self, name)(request.params(self.outlet.charset), **groups)
        return response

    def place(self, request: Request) -> Place:
        """What kind of page a request asks for."""
        if request.path == "/robots.txt":
            return "robots"
        name = self._route(request.path)[0]
        if name in self.article_routes:
            return "articles"
        return "feeds" if name == "rss" else "lists" if name else "elsewhere"

    def story_at(self, url: str) -> Story | None:
        """The article that a URL (as a page of this site writes it) leads to."""
        parts = urlsplit(urljoin(self.home, url))
        request = Request("GET", url, path=parts.path, query=parts.query)
        if parts.hostname not in self.outlet.hosts or self.place(request) != "articles":
            return None
        number = self._route(parts.path)[1].get("number") or request.params(self.outlet.charset).get(self.id_parameter)
        return self.by_id.get(number or "")

    def _route(self, path: str) -> tuple[str, dict[str, str]]:
        """The name of the method for a path, empty where there is none, and what the path says to it."""
        for pattern, name in self.routes:
            match = re.fullmatch(pattern, path)
            if match:
                return name, match.groupdict()
        return "", {}

    def robots(self) -> str:
        """robots.txt: the outlet's own text and a line for each article of the denied sections."""
        denied = [s for s in self.stories if s.article.section in self.outlet.robots_denied_sections]
        paths = (re.sub(r"^https?://[^/]+", "", story.url) for story in denied)
        return self.outlet.robots.strip() + "\n" + "".join(f"Disallow: {path}$\n" for path in paths)

    def listed(self, section: str | None = None) -> list[Story]:
        """Stories that are on lists, newest first; of one section, by its name."""
        return [s for s in self.stories if not s.search_only and section in (None, s.article.section)]

    def found(self, query: str, *, in_text: bool = True) -> list[Story]:
        """Stories that have all words of the query in title or text; none for an empty query."""
        words = query.split()
        texts = {s.id: s.article.title + ("\n" + s.article.text if in_text else "") for s in self.stories}
        return [s for s in self.stories if words and all(word in texts[s.id] for word in words)]

    def sheet(self, stories: list[Story], number: str | None, first: int = 1) -> Sheet:
        """The page with this number (counted from `first`; what is no number is the first page)."""
        page = max(first, int(number)) if number and number.isdecimal() else first
        start = (page - first) * self.outlet.per_page
        last = first + max(0, (len(stories) - 1) // self.outlet.per_page)
        return self.arrange(Sheet(stories[start : start + self.outlet.per_page], page, last))

    def html(self, template: str, status: int = 200, *, story: Story | None = None, **context: Any) -> Response:
        """A page from this system's templates, in the outlet's charset."""
        changed = story.article.changed if story else self.changed()
        page = f"{self.key}/{template}"
        if self.look and (story or "sheet" in context):
            page = f"{self.look}/{'article' if story else 'list'}.html"
        return self.rendered(page, "text/html", status, changed, story=story, **context)

    def feed(self, title: str, stories: list[Story], stamps: str = "rfc822") -> Response:
        """An RSS feed of the stories; `stamps` is `rfc822` or a strftime format for its dates."""
        stories = self.arrange(Sheet(stories, 1, 1)).stories
        dates = {s.id: stamp(s.article.published, stamps) for s in stories}
        return self.rendered("rss.xml", "text/xml", 200, self.changed(), title=title, stories=stories, dates=dates)

    def rendered(self, template: str, kind: str, status: int, changed: datetime | None, **context: Any) -> Response:
        """A response from any template."""
        outlet = self.outlet
        text = TEMPLATES.get_template(template).render(
            outlet=outlet, home=self.home, popular=self.listed()[:2], email=self.email, **context
        )
        if self.weight and kind == "text/html":
            story = context.get("story")
            text = self.weight.add(text, story.id if story else template)
        return Response(
            status=status,
            body=text.encode(self.codec, "xmlcharrefreplace"),
            content_type=f"{kind}; charset={outlet.charset}" if outlet.charset_in_header else kind,
            changed=changed and changed.replace(tzinfo=KOREA),
            is_article=bool(context.get("story")),
        )

    def missing(self) -> Response:
        """The answer where there is nothing."""
        return self.html("missing.html", 404)

    def changed(self) -> datetime | None:
        """When anything on this outlet last changed."""
        turns = self._turns[: self.stage][-1:]
        return max(turns + [story.article.changed for story in self.stories], default=None)

    def email(self, reporter: str) -> str:
        """An invented address for an invented reporter."""
        return f"desk{100 + zlib.crc32(reporter.encode()) % 900}@{self.outlet.email_domain}"


def stamp(moment: datetime, form: str) -> str:
    """A Korean local time as a feed writes it."""
    return format_datetime(moment.replace(tzinfo=KOREA)) if form == "rfc822" else moment.strftime(form)
