"""A generated newsroom holds what it says: candidates, plans that the reader takes for plans, pages as heavy as asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.clean import clean
from pipelines.dates import day_of
from pipelines.extract import Source, extract
from pipelines.extract.relevance import judge_title
from tests.newsroom.data import load
from tests.newsroom.generate import KINDS, Made, generate
from tests.newsroom.model import Desk
from tests.newsroom.systems import SYSTEMS, System
from tests.newsroom.wire import Request, split_target

ARTICLES = 20


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return generate(tmp_path_factory.mktemp("made"), 7, len(KINDS), ARTICLES, plans=0.3, kilobytes=60)


@pytest.fixture(scope="module")
def desk(made: Made) -> Desk:
    return load(made.articles_folder, made.outlets_folder)


@pytest.fixture(scope="module")
def sites(desk: Desk) -> list[System]:
    return [SYSTEMS[outlet.system](outlet, desk.of(key)) for key, outlet in desk.outlets.items()]


def asked(site: System, url: str) -> bytes:
    scheme, host, path, query = split_target(url)
    return site.answer(Request("GET", url, scheme=scheme, host=host, path=path, query=query)).body


def test_every_title_is_a_candidate(desk: Desk) -> None:
    assert len(desk.articles) == len(KINDS) * ARTICLES
    assert [article.title for article in desk.articles if not judge_title(article.title)[0]] == []


def test_the_reader_takes_the_plans_for_plans_and_nothing_else(desk: Desk, made: Made) -> None:
    taken = 0
    for article in desk.articles:
        plan = extract(Source(article.text, article.title, article.published.date()))
        assert plan.relevant == article.gold.relevant, article.title
        if plan.relevant:
            taken += 1
            assert (plan.municipality, plan.job_target) == (article.gold.municipality, article.gold.job_target)
    assert taken == made.plans


def test_pages_weigh_what_was_asked_for_and_read_as_without_it(sites: list[System]) -> None:
    for site in sites:
        for story in site.stories[:3]:
            page = asked(site, story.url)
            article = clean(page, story.url)
            assert 55_000 < len(page) < 75_000, site.key
            assert (article.status, article.title) == ("ok", story.article.title)
            assert article.published
            assert day_of(article.published) == story.article.published.date()
            assert all(" ".join(part.split()) in article.body for part in story.article.paragraphs[1:])


def test_the_same_seed_makes_the_same(made: Made, tmp_path: Path) -> None:
    again = generate(tmp_path / "again", 7, len(KINDS), ARTICLES, plans=0.3, kilobytes=60)
    for folder in ("outlets", "articles", "spiders"):
        for path in sorted((made.folder / folder).rglob("*.*")):
            if "__pycache__" not in str(path):
                assert path.read_bytes() == (again.folder / path.relative_to(made.folder)).read_bytes()


def test_hardly_anything_is_recent(tmp_path: Path) -> None:
    made = generate(tmp_path / "made", 3, 1, 400)
    articles = load(made.articles_folder, made.outlets_folder).articles
    newest = max(article.published for article in articles)
    assert sum((newest - article.published).days < 30 for article in articles) < 20


def test_spiders_are_written_as_a_contributor_would(made: Made) -> None:
    source = Path(made.python_path, "press", "__init__.py").read_text(encoding="utf-8")
    assert source.count("class ") == len(KINDS)
    assert "base = 'http://www.press000.test'" in source
