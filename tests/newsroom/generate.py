"""A newsroom of any size: outlets, articles and spiders made from a seed and counts, for the bench and the scale trial.

    python -m tests.newsroom.generate FOLDER [--seed 1] [--outlets 50] [--articles 100]

makes FOLDER/outlets, FOLDER/articles and the package FOLDER/spiders/press. The newsroom takes the first two; a crawl
finds the spiders with FOLDER/spiders on PYTHONPATH and `-s SPIDER_MODULES=press`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.clock import now
from pipelines.extract.gazetteer import Municipality, valid_on
from tests.newsroom.weight import headline

SECTIONS = ("정치행정", "경제", "사회", "전국")
RECENT = timedelta(days=35)
"""How far back hardly anything was published, so that a crawl that looks at recent articles again finds few."""
RECENT_SHARE = 0.01


@dataclass(frozen=True)
class Kind:
    """How outlets of one publishing system are made."""

    system: str
    base_class: str  # module and class of crawler/cms
    scheme: str
    charset: str = "utf-8"
    hosts: tuple[str, ...] = ("www.{domain}", "{domain}", "m.{domain}")  # the first is the main one
    domain: str = "{name}.test"  # the reader knows pages of a system that only one paper has by its domain
    codes: tuple[str, ...] = ("s1", "s2", "s3", "s4")
    by_section: int = 0  # how many of the sections its spider walks; 0: the list of all articles
    ids_are_times: bool = False
    data: tuple[tuple[str, str], ...] = ()  # more lines of the spider's class body, {domain} filled in


KINDS = (
    Kind("newsbuilder", "newsbuilder.NewsbuilderSpider", "http"),
    Kind("dadamedia", "dadamedia.DadamediaSpider", "http", "euc-kr"),
    Kind(
        "fnnews", "fnnews.FnnewsSpider", "https", by_section=2, ids_are_times=True, domain="{name}.fnnews.com",
        codes=("001001", "001002", "001003", "001004"),
    ),
    Kind(
        "asiae", "asiae.AsiaeSpider", "https", by_section=2, ids_are_times=True, domain="{name}.asiae.co.kr",
        hosts=("www.{domain}", "view.{domain}", "{domain}"),
        data=(("article_url", "https://view.{domain}/article/{id}"),),
    ),
    Kind("gnuboard5", "gnuboard5.Gnuboard5Spider", "http", codes=SECTIONS),
)  # fmt: skip

REPORTERS = ("한가람", "문지안", "도현우", "나래울", "솔아람", "서다온", "윤이든", "채도담")

# A plan: what the reader must take for one, whoever's it is. {t} target, {p} last year's, {b} budget, {r} rate.
PLAN_TITLES = (
    "{name}, 올해 일자리 {t}개 만든다",
    "{name} 올해 일자리 목표 {t}개… 예산 {b}억원 투입",
    "{name}, {y}년 일자리대책 세부계획 공시… {t}개 창출",
    "{name} “고용률 {r}% 달성”… 일자리 {t}개 목표",
)
PLAN_LEADS = (
    "{full}{topic} ‘{y}년 일자리대책 연차별 세부계획’을 세워 공시했다고 {d}일 밝혔다. 올해 일자리 {t}개를 만들고 고용률 {r}%를 이루는 것이 목표다.",
    "{full}{topic} 올해 {b}억원을 들여 일자리 {t}개를 만든다고 {d}일 밝혔다. ‘{y}년 일자리대책 세부계획’을 공시하고 고용률 목표는 {r}%로 잡았다.",
    "{full}{topic} {d}일 ‘{y}년 일자리 창출 종합계획’을 발표했다. 일자리 {t}개를 만들어 고용률 {r}%에 이르겠다는 계획이다.",
)
PLAN_BODIES = (
    "계획에는 5대 전략과 {n}개 세부과제가 담겼으며 예산은 모두 {b}억원이다.",
    "지난해에는 목표 {q}개를 웃도는 {p}개를 만들었다.",
    "전략은 직접일자리, 직업훈련, 고용서비스, 창업지원, 일자리 인프라 구축으로 짜였다.",
    "청년에게는 면접 옷과 시험 응시료를 돕고, 어르신에게는 경로당 도우미와 등굣길 지킴이 같은 일을 맡긴다.",
    "일자리센터 상담사가 읍면동을 돌며 구직자를 만나고, 기업을 찾아가 빈자리를 모은다.",
    "여성새로일하기센터는 회계 실무와 돌봄 과정을 열어 일을 쉰 이들이 다시 일터로 가도록 돕는다.",
    "비어 있던 공장 터에는 지식산업센터가 들어서고 작은 회사의 통근 버스도 늘린다.",
    "부서마다 맡은 사업을 석 달에 한 번 점검하고 더딘 사업은 하반기에 다시 짠다.",
)
PLAN_HEAD = "계획은 {head} {office}이 직접 챙긴다."  # who does not speak is known for a person by the analyser alone
HEADS = ("김서진", "이도윤", "박하람", "정다인")
OFFICES = {"시": "시장", "군": "군수", "구": "구청장"}

# Local news whose title speaks of work and which is no plan.
NEWS_TITLES = (
    "{town} 일자리 박람회에 구직자 {n}명 발길",
    "{town} 버스회사, 운전기사 {n}명 새로 고용",
    "청년 취업 상담 카페 {town}에 문 열어",
    "{town} 식품공장 고용 유지 협약… 근로자 {n}명 혜택",
    "경력 이음 취업교육 수료생 {n}명 배출한 {town} 센터",
    "{town} 농가 일손 부족에 외국인 계절근로 고용 늘어",
    "어르신 일자리 참여자 {n}명, {town} 골목 청소 나서",
    "“취업보다 창업” {town} 청년 셋이 차린 빵집",
    "{town} 고등학생들 취업 앞두고 면접 연습",
    "실업급여 창구 {town}로 옮겨… 주차 편해져",
    "{town} 조선소 협력사 취업 설명회 {n}명 몰려",
    "공공근로 마친 {town} 주민들 “일자리 더 있었으면”",
)
NEWS_SENTENCES = (
    "{town}에서는 이날 아침부터 사람들이 길게 줄을 섰다.",
    "행사장에는 회사 {m}곳이 책상을 내고 지원서를 받았다.",
    "면접을 본 {n}명 가운데 {k}명은 다음 주에 2차 면접을 치른다.",
    "주최 쪽은 지난해보다 찾는 이가 {k}명쯤 늘었다고 전했다.",
    "한 참가자는 “집에서 가까운 곳을 찾고 있었는데 마침 좋은 자리가 나왔다”며 웃었다.",
    "센터는 매주 수요일 저녁 9시까지 상담 창구를 열어 둔다.",
    "교육비는 받지 않으며 교재와 점심도 준다.",
    "공장장은 “손이 빠른 이보다 오래 다닐 이를 반긴다”고 귀띔했다.",
    "올해 들어 이 동네에 새로 문을 연 가게는 {k}곳이다.",
    "버스는 {m}분마다 한 대씩 다니고 막차는 밤 11시에 떠난다.",
    "주차장은 {n}면이며 두 시간까지 무료다.",
    "주민 {k}명이 서명한 건의서도 이날 함께 전해졌다.",
    "비가 내렸지만 천막 아래에는 빈자리가 드물었다.",
    "담당자는 “내년에도 같은 때에 자리를 마련할 생각”이라고 말했다.",
    "문의는 센터 누리집이나 전화로 하면 된다.",
    "이 마을은 {m}년 전만 해도 학생이 {n}명이던 학교가 있던 곳이다.",
    "참여자들은 하루 3시간씩 한 주에 닷새 일하고 달마다 품삯을 받는다.",
    "빵집 세 사람은 새벽 4시에 나와 하루 {n}개를 굽는다.",
    "협약에 따라 회사는 {m}개월 동안 사람을 줄이지 않기로 했다.",
    "강사는 이력서에 넣을 것보다 뺄 것을 먼저 가르쳤다.",
)


@dataclass(frozen=True)
class Made:
    """What was made: where it lies and what the reader should find in it."""

    folder: Path
    names: list[str]  # of the spiders
    articles: int
    plans: int  # how many of them are job plans

    @property
    def outlets_folder(self) -> Path:
        """For the newsroom."""
        return self.folder / "outlets"

    @property
    def articles_folder(self) -> Path:
        """For the newsroom."""
        return self.folder / "articles"

    @property
    def spider_settings(self) -> list[str]:
        """Arguments of a scrapy command that make it see these spiders only."""
        return ["-s", "SPIDER_MODULES=press"]

    @property
    def python_path(self) -> str:
        """What PYTHONPATH must hold for these spiders to be found."""
        return str(self.folder / "spiders")


def generate(
    folder: Path,
    seed: int,
    outlets: int,
    articles: int,
    *,
    plans: float = 0.05,
    kilobytes: int = 100,
    per_page: int = 35,
) -> Made:
    """Make a newsroom in an empty folder: `articles` an outlet, of which the share `plans` are job plans."""
    dice = random.Random(seed)
    planned = round(plans * articles)
    made = Made(folder, [f"press{number:03}" for number in range(outlets)], outlets * articles, outlets * planned)
    spiders = folder / "spiders" / "press"
    for path in (made.outlets_folder, made.articles_folder, spiders):
        path.mkdir(parents=True)
    lines = ["from crawler.cms import asiae, dadamedia, fnnews, gnuboard5, newsbuilder"]
    with (made.articles_folder / "made.jsonl").open("w", encoding="utf-8") as file:
        for number, name in enumerate(made.names):
            kind = KINDS[number % len(KINDS)]
            outlet = outlet_table(name, number, kind, kilobytes, per_page, dice)
            (made.outlets_folder / f"{name}.toml").write_text(toml(outlet), encoding="utf-8")
            lines.append(spider_class(name, outlet["name"], kind))
            moments = sorted(days_of_publication(dice, articles))
            of_plans = set(dice.sample(range(articles), planned))
            for position, moment in enumerate(moments):
                table = plan(dice, moment) if position in of_plans else news(dice, moment)
                number_here = f"{moment:%Y%m%d%H%M%S}{position:04}" if kind.ids_are_times else str(1000 + position)
                table["at"] = [{"outlet": name, "id": number_here}]
                file.write(json.dumps(table, ensure_ascii=False) + "\n")
    (spiders / "__init__.py").write_text("\n\n\n".join(lines) + "\n", encoding="utf-8")
    return made


def outlet_table(
    name: str, number: int, kind: Kind, kilobytes: int, per_page: int, dice: random.Random
) -> dict[str, Any]:
    """The outlet's file as a table."""
    domain = kind.domain.replace("{name}", name)
    host, *aliases = (one.replace("{domain}", domain) for one in kind.hosts)
    title = f"{dice.choice(('가람', '나루', '다솜', '마루', '새벽', '한결', '두레', '온누리'))}{number}신문"
    return {
        "name": title, "host": host, "aliases": aliases, "scheme": kind.scheme, "system": kind.system,
        "charset": kind.charset, "charset_in_header": kind.charset == "utf-8", "per_page": per_page,
        "robots": "User-agent: *\nDisallow: /admin/\nDisallow: /member/", "slogan": f"이웃의 소식, {title}",
        "address": "새벽로 100, 3층 | 등록번호 아00000", "copyright": f"Copyright © {title}. All rights reserved.",
        "email_domain": domain, "board": "news", "board_name": "소식", "ads": ["광고"] * 6,
        "popular": [headline(dice) for _ in range(5)], "related": [headline(dice) for _ in range(4)],
        "weather": ["17℃ 맑음"], "profile": "골목의 소식을 전합니다.", "kilobytes": kilobytes,
        "sections": dict(zip(SECTIONS, kind.codes, strict=True)),
    }  # fmt: skip


def spider_class(name: str, outlet: str, kind: Kind) -> str:
    """The source of the outlet's spider, as a contributor would write it."""
    domain = kind.domain.replace("{name}", name)
    data = {
        "name": name, "outlet": outlet, "domain": domain,
        "base": f"{kind.scheme}://{kind.hosts[0].replace('{domain}', domain)}",
        **{key: value.replace("{domain}", domain) for key, value in kind.data},
    }  # fmt: skip
    rows = [f"    {key} = {value!r}" for key, value in data.items()]
    if kind.by_section:
        rows.append(f"    sections = {kind.codes[: kind.by_section]!r}")
    return f"class {name.title()}({kind.base_class}):\n" + "\n".join(rows)


def days_of_publication(dice: random.Random, count: int) -> Iterator[datetime]:
    """Moments of the past year, hardly any of them recent; no two the same minute."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    minutes = range(365 * 24 * 60)
    recent = int(RECENT / timedelta(minutes=1))
    for before in dice.sample(minutes[recent:], count):
        if dice.random() < RECENT_SHARE:
            before = before % (recent - 1440) + 1440
        yield today - timedelta(minutes=before)


def plan(dice: random.Random, moment: datetime) -> dict[str, Any]:
    """An article that announces a municipality's plan for the year it appears in."""
    row = dice.choice([one for one in valid_on(moment.date()) if _is_plain(one)])
    target, budget = dice.randint(1200, 39000), dice.randint(90, 3900)
    parts = {
        "name": row.name, "full": row.full_name, "topic": "는" if row.name[-1] in "시구" else "은", "y": moment.year,
        "d": moment.day, "t": f"{target:,}", "b": f"{budget:,}", "r": f"{dice.randint(600, 699) / 10:.1f}",
        "q": f"{int(target * 0.87):,}", "p": f"{int(target * 0.94):,}", "n": dice.randint(60, 190),
        "head": HEADS[target % len(HEADS)], "office": OFFICES[row.name[-1]],
    }  # fmt: skip
    body = [dice.choice(PLAN_LEADS), *dice.sample(PLAN_BODIES, len(PLAN_BODIES)), PLAN_HEAD]
    table = _article(dice, moment, dice.choice(PLAN_TITLES), body, parts)
    table["gold"] = {
        "relevant": True, "municipality": row.full_name, "job_target": target,
        "head_name": parts["head"], "head_office": parts["office"],
    }  # fmt: skip
    return table


def news(dice: random.Random, moment: datetime) -> dict[str, Any]:
    """An article about work that is no plan."""
    parts = {
        "town": f"{headline(dice).split()[0]}마을", "n": dice.randint(20, 300), "m": dice.randint(3, 40),
        "k": dice.randint(5, 90),
    }  # fmt: skip
    body = dice.sample(NEWS_SENTENCES, 18)
    paragraphs = [" ".join(body[at : at + 2]) for at in range(0, len(body), 2)]
    table = _article(dice, moment, dice.choice(NEWS_TITLES), paragraphs, parts)
    table["gold"] = {"relevant": False, "trap": "work in the title, no plan"}
    return table


def _article(
    dice: random.Random, moment: datetime, title: str, paragraphs: list[str], parts: Mapping[str, object]
) -> dict[str, Any]:
    return {
        "title": title.format(**parts),
        "published": moment.isoformat(),
        "section": dice.choice(SECTIONS[:2]),
        "reporter": dice.choice(REPORTERS),
        "text": "\n\n".join(paragraphs).format(**parts),
        "related": [headline(dice) for _ in range(3)],
    }


def _is_plain(row: Municipality) -> bool:
    """Whether it is a city, county or district whose name no other one bears: the reader need not guess."""
    same = [one for one in valid_on(row.valid_from or date(2020, 1, 1)) if one.name == row.name]
    return not row.is_province and row.kind in ("시", "군", "구", "자치구") and len(same) == 1


def toml(table: Mapping[str, Any]) -> str:
    """A table as TOML: strings, numbers, truth values, lists of strings, tables of strings last."""
    plain = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items() if type(value) is not dict
    ]
    inner = [
        f"\n[{key}]\n" + "\n".join(f'"{name}" = "{text}"' for name, text in value.items())
        for key, value in table.items()
        if type(value) is dict
    ]
    return "\n".join([*plain, *inner]) + "\n"


def main() -> None:
    """Make a newsroom by hand, to look at it."""
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--outlets", type=int, default=50)
    parser.add_argument("--articles", type=int, default=100, help="of each outlet")
    options = parser.parse_args()
    made = generate(options.folder, options.seed, options.outlets, options.articles)
    print(f"{made.articles} articles, {made.plans} of them plans, of {len(made.names)} outlets in {made.folder}")


if __name__ == "__main__":
    main()
