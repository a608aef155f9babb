"""One page to one reading: decode and clean, judge, extract. Crawl and rebuild use the same call."""

from __future__ import annotations

from pipelines import extract
from pipelines.blocks import GONE_STATUSES
from pipelines.clean import clean
from pipelines.dates import day_of
from pipelines.extract import JobPlan, Source
from pipelines.model import Article, Page, Reading
from pipelines.version import code_version


def read_page(page: Page) -> Reading:
    """Read an article page. Without a body no plan is read, not even off the title; `reading.article.status` says why.

    A page with status 404 or 410 is `gone` whatever stands on it.
    """
    if page.status in GONE_STATUSES:
        gone = Article(page.url, status="gone", notes=[f"gone: HTTP {page.status}"])
        return Reading(page, gone, JobPlan(reasons=["gone"]), version=code_version())
    article = clean(page.body, url=page.url, now=page.retrieved)
    if article.status != "ok":
        return Reading(page, article, JobPlan(reasons=[article.status]), version=code_version())
    source = Source(
        text=article.body,
        title=article.title,
        published=day_of(article.published) if article.published else None,
        url=page.url,
        region=page.outlet.region,
    )
    return Reading(page, article, extract.extract(source), version=code_version())
