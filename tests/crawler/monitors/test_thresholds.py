"""Thresholds as data: on a spider, and for all outlets by ILJARI_MONITORS; what is no threshold is refused by name."""

import pytest
from scrapy.settings import Settings

from crawler.arguments import SpiderMistakeError
from crawler.monitors.thresholds import THRESHOLDS, thresholds
from crawler.night import begin
from crawler.spiders.knnws import KnNewsSpider
from tests.newsroom.demo import crawl_environment
from tests.warm import run_scrapy


def test_later_changes_win_and_the_others_stay():
    found = thresholds({"silent_days": 5, "few": 4}, {"silent_days": 9})
    assert found == THRESHOLDS | {"silent_days": 9.0, "few": 4.0}
    assert thresholds() == THRESHOLDS


def test_a_spider_has_thresholds_of_its_own():
    weekly = type("Weekly", (KnNewsSpider,), {"monitors": {"silent_days": 20}})
    assert weekly().monitors == {"silent_days": 20}


@pytest.mark.parametrize("wrong", [{"silent_weeks": 3}, {"silent_days": "three"}, {"silent_days": None}])
def test_a_spider_with_a_threshold_that_is_none_does_not_begin(wrong):
    mistaken = type("Mistaken", (KnNewsSpider,), {"monitors": wrong})
    with pytest.raises(SpiderMistakeError, match="silent_"):
        mistaken()


MISTAKES = [
    ('{"silent_days": ', "ILJARI_MONITORS is no JSON object of thresholds"),
    ("[3]", "ILJARI_MONITORS is no JSON object of thresholds: \\[3\\]"),
    ("null", "ILJARI_MONITORS is no JSON object of thresholds"),
    ('{"silent_weeks": 3}', "there is no threshold 'silent_weeks'; there are "),
    ('{"silent_days": "three"}', "the threshold silent_days is 'three', which is no number"),
]


@pytest.mark.parametrize(("setting", "words"), MISTAKES)
def test_a_setting_that_is_none_begins_no_night(tmp_path, setting, words):
    given = Settings({"ILJARI_DATA": str(tmp_path), "ILJARI_READ_TIMEOUT": 60, "ILJARI_MONITORS": setting})
    given["ILJARI_ARCHIVE_FILE_MB"], given["ILJARI_FREE_MB"] = "1000", "0"
    with pytest.raises(ValueError, match=words):
        begin(given)
    assert list(tmp_path.iterdir()) == []


def test_the_command_refuses_in_one_line(tmp_path):
    environment = crawl_environment("http://127.0.0.1:9", tmp_path, ILJARI_MONITORS=MISTAKES[1][0])
    done = run_scrapy(environment, "nightly", "--only", "knnws")
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["iljari: ILJARI_MONITORS is no JSON object of thresholds: [3]"]
