import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.arguments import SpiderMistakeError, Window
from crawler.cms.base import OutletSpider
from tests.spiders.checks import check_outlet, made

LOADER = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
SPIDERS = [LOADER.load(name) for name in LOADER.list()]


@pytest.mark.parametrize("spider", SPIDERS, ids=lambda spider: spider.name)
def test_outlet_is_complete(spider):
    check_outlet(spider)


def test_the_outlets_of_the_seeds_are_there():
    assert {"knnws", "breaknews", "fnnews", "asiae", "icose"} <= {spider.name for spider in SPIDERS}


def test_a_spider_without_a_required_attribute_says_which():
    class Nameless(OutletSpider):
        name = "nameless"
        outlet = "이름 없는 신문"
        domain = "example.co.kr"

    with pytest.raises(SpiderMistakeError, match=r"Nameless lacks `base` \(the address its pages begin with"):
        Nameless()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"since": "2024-13-01"}, "since='2024-13-01' is no date; write since=YYYY-MM-DD"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, "since=2024-02-01 lies after until=2024-01-01"),
        ({"since": "2999-01-01"}, "lies in the future"),
        ({"max_pages": "0"}, "max_pages='0' is no number of pages"),
        ({"max_pages": "viel"}, "max_pages='viel' is no number of pages"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(SpiderMistakeError) as mistake:
        Window.parse(**arguments)
    assert message in str(mistake.value)


def test_an_address_setting_takes_over_base_domain_and_board():
    spider = made(LOADER.load("icose"))
    assert spider.domain == "board.example"
    assert spider.reader.article_url == "http://board.example/bbs/board.php?bo_table=news&wr_id={id}"


def test_an_address_without_a_board_is_refused():
    with pytest.raises(SpiderMistakeError, match="names no board"):
        LOADER.load("icose")(address="http://board.example/")
