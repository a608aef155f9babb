"""What holds for every outlet's spider. A new spider's test calls these two."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.cms.base import OutletSpider
from pipelines.canonical import canonical_url

PAGES = Path(__file__).parent / "pages"
ENDINGS = {"list": "html", "search": "html", "feed": "xml"}


def made(spider: type[OutletSpider]) -> OutletSpider:
    """The spider as a crawl makes it; an address that is a setting is an invented one."""
    address = {"address": "http://board.example/bbs/board.php?bo_table=news"} if spider.address_setting else {}
    return spider(**address)


def check_outlet(spider: type[OutletSpider]) -> None:
    """Its data are complete and fit together: it has listings, all on its own domain, and articles with an identity."""
    outlet = made(spider)
    listings = list(outlet.listings())
    assert listings, "no listing: give the spider a feed, a list or a search"
    for listing in listings:
        host = urlsplit(listing.page(1)).hostname or ""
        assert host == outlet.domain or host.endswith(f".{outlet.domain}"), f"{listing.key} lies at {host}"
        if listing.found_by != "feed":
            assert listing.found_by in outlet.markup, f"no markup for {listing.found_by}"
    one, other = (
        outlet.reader.article_url.replace("{id}", number) for number in ("20200330000001234", "20200331000001234")
    )
    assert re.search(outlet.article_id, one), f"article_id does not match the link that article_url makes: {one}"
    assert canonical_url(one) != canonical_url(other), (
        "two articles have one identity: add a rule to pipelines/canonical.py"
    )


def check_saved_pages(spider: type[OutletSpider]) -> None:
    """It reads the pages saved as tests/spiders/pages/NAME.list.html, NAME.search.html, NAME.feed.xml.

    The first run writes beside each what was read, and fails: look at it, correct the spider or keep it.
    """
    saved = [(kind, PAGES / f"{spider.name}.{kind}.{ending}") for kind, ending in ENDINGS.items()]
    saved = [(kind, path) for kind, path in saved if path.exists()]
    if not saved:
        pytest.skip(f"save a list page of the outlet as tests/spiders/pages/{spider.name}.list.html")
    for kind, path in saved:
        read = [
            {"link": entry.link, "title": entry.title, "listed_on": entry.listed_on and entry.listed_on.isoformat()}
            for entry in made(spider).reader.read(path.read_bytes(), kind)
        ]
        assert read, f"no article read from {path.name}"
        golden = path.with_suffix(".json")
        if not golden.exists():
            golden.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            pytest.fail(f"{golden.name} is written: look whether it tells what the page shows, then run again")
        assert read == json.loads(golden.read_text(encoding="utf-8"))
