"""Articles of an invented week, written by a seed: job plans of true municipalities with invented figures, and near misses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.extract.gazetteer import Municipality, municipalities
from tests.newsroom.model import Article, Gold, Original, Placement

PROVINCES = ("서울특별시", "경기도", "충청북도", "충청남도", "경상북도", "경상남도", "전북특별자치도")
"""Provinces whose municipalities had the same names all year."""

PLANS = (
    (
        "{name}, 올해 일자리 {target}개 만든다… 예산 {budget}억원",
        "{full}{이} 올해 일자리 {target}개를 만드는 내용의 ‘{year}년 {name} 일자리대책 연차별 세부계획’을 세워 공시했다고 {day}일 밝혔다.",
        "{kind}{은} 이 계획에 예산 {budget}억원을 들인다. 15∼64세 고용률 목표는 {rate}%로 잡았다.",
        "분야별로는 ▲직접일자리 {direct}개 ▲직업능력개발훈련 {training}개 ▲고용서비스 {service}개 ▲창업지원 {startup}개다.",
    ),
    (
        "{name} 일자리 목표 공시… 올해 {target}개에 고용률 {rate}%",
        "{full}{이} ‘{year}년 지역일자리 목표 공시제 세부계획’을 수립해 누리집에 공시했다.",
        "올해 일자리 목표는 {target}개, 15∼64세 고용률 목표는 {rate}%다. 지난해에는 목표 {prior}개를 넘는 {made}개를 만들었다.",
        "{kind}{은} 예산 {budget}억원을 6개 분야 사업에 나누어 쓴다.",
    ),
    (
        "{name}, {budget}억원 들여 일자리 {target}개 창출 나선다",
        "{full}{은} 올해 일자리 {target}개 창출을 목표로 하는 ‘{year}년 일자리 종합계획’을 확정했다고 {day}일 밝혔다.",
        "들어가는 예산은 {budget}억원이다. {kind}{은} 고용률 {rate}%를 이루겠다고 했다.",
        "공공부문에서 {direct}개, 민간부문에서 {training}개를 만든다는 구상이다.",
    ),
)
NEAR = (
    ("{name} 일자리 박람회에 구직자 {few}명", "{full}{이} {day}일 연 일자리 박람회에 구직자 {few}명이 다녀갔다.", "업체 {some}곳이 면접을 보았고 {tens}명이 그 자리에서 채용됐다."),
    ("{name}, 공공근로 참여자 {tens}명 모집", "{full}{은} 하반기 공공근로에 참여할 주민 {tens}명을 뽑는다고 {day}일 알렸다.", "하루 5시간 일하며 신청은 행정복지센터에서 받는다."),
    ("{name} 여성 구직자 위한 회계 과정 {some}명", "{full}{은} 일자리를 찾는 여성 {some}명에게 회계 실무를 가르친다.", "과정은 두 달이고 수강료는 없다."),
    ("{name}의 한 식품업체, 고용 {tens}명 늘린다", "{full}에 공장을 둔 식품업체가 올해 직원 {tens}명을 더 뽑기로 했다.", "업체 대표는 주문이 늘어 생산 라인을 한 줄 더 놓는다고 설명했다."),
    ("{name} 벚꽃길 걷기에 시민 {few}명", "{full}에서 {day}일 열린 벚꽃길 걷기에 시민 {few}명이 나왔다.", "먹거리 장터는 {some}곳이 문을 열었다."),
    ("{name} 마을버스 노선 {some}개 손질", "{full}{은} 다음 달부터 마을버스 노선 {some}개를 고친다.", "첫차는 10분 빨라진다."),
)  # fmt: skip
FILLERS = (
    "청년에게는 면접 정장을 빌려주고 자격시험 응시료를 한 번 보탠다. 상담실은 저녁 8시까지 문을 연다.",
    "어르신에게는 학교 앞 건널목을 살피고 작은 도서관의 책을 고치는 일감을 마련한다.",
    "경력이 끊긴 여성은 새로일하기센터에서 상담을 받고 집 가까운 사업장에서 실습한다.",
    "전통시장 빈 점포를 고쳐 예비 창업가가 한 해 동안 빌려 쓰게 한다.",
    "산업단지 통근버스를 한 대 더 놓고 작업장 조명과 환기 시설을 고친다.",
    "농번기에는 도시의 구직자와 농가를 잇고 숙소를 손질해 내준다.",
    "장애인에게는 바리스타와 문서 정리, 데이터 입력 일을 배울 자리를 준다.",
    "사회적기업에는 회계와 판로 상담을 붙이고 공공기관의 구매를 권한다.",
)
REPORTERS = ("한가람", "도현우", "문지안", "오세빈", "서이든", "나래울")
SECTIONS = ("정치행정", "경제", "사회", "전국")
ORIGINALS = ("기호일보", "경기신문", "중부일보")


@dataclass(frozen=True)
class Release:
    """What a press office sent out: title, paragraphs, and the target as it is written in them."""

    title: str
    paragraphs: tuple[str, ...]
    target: str
    gold: Gold

    @property
    def text(self) -> str:
        """As an article file has it."""
        return "\n\n".join(self.paragraphs)

    def with_target(self, target: str) -> Release:
        """The same with another figure."""
        paragraphs = tuple(part.replace(f"{self.target}개", f"{target}개") for part in self.paragraphs)
        title = self.title.replace(f"{self.target}개", f"{target}개")
        return replace(self, title=title, paragraphs=paragraphs, target=target)

    def with_other_words(self) -> Release:
        """The same with another sentence at its end, and no other figure."""
        last = "자세한 내용은 누리집의 알림마당에서 볼 수 있다."
        return replace(self, paragraphs=(*self.paragraphs[:-1], last))


class Press:
    """A seed's press office and news desks. Each municipality is told of once."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        known = [one for one in municipalities() if one.valid_to is None and one.kind in ("시", "군", "자치구")]
        taken = [one.name for one in known]
        names = [one for one in known if one.province in PROVINCES and taken.count(one.name) == 1]
        self._names = iter(dice.sample(names, len(names)))

    def plan(self, moment: datetime) -> Release:
        """A job plan that is announced at a moment."""
        dice, place = self._dice, next(self._names)
        target = dice.randrange(2100, 24000)
        figures = {
            "target": self.written(target), "budget": f"{dice.randrange(120, 1900):,}", "rate": f"{dice.uniform(58, 74):.1f}",
            "direct": self.written(target * 6 // 10), "training": self.written(target * 2 // 10),
            "service": self.written(target // 10), "startup": str(target // 40),
            "prior": self.written(target - 200), "made": self.written(target - dice.randrange(20, 150)),
        }  # fmt: skip
        title, *body = dice.choice(PLANS)
        parts = [_told(part, place, moment, figures) for part in body]
        fillers = dice.sample(FILLERS, 4)
        said = _told("{kind} 관계자는 “분기마다 성과를 살펴 모자란 곳을 채우겠다”고 말했다.", place, moment, {})
        gold = Gold(relevant=True, municipality=place.full_name, job_target=target)
        return Release(
            _told(title, place, moment, figures), (*parts, *fillers[:3], said, fillers[3]), figures["target"], gold
        )

    def near_miss(self, moment: datetime) -> Release:
        """An article of the day that is no plan."""
        dice, place = self._dice, next(self._names)
        figures = {
            "few": str(dice.randrange(310, 990)), "tens": str(dice.randrange(21, 99)), "some": str(dice.randrange(3, 20))
        }  # fmt: skip
        title, *body = (_told(part, place, moment, figures) for part in dice.choice(NEAR))
        gold = Gold(relevant=False, trap="no plan: an event, a course or one employer")
        return Release(title, (*body, dice.choice(FILLERS)), "", gold)

    def article(self, release: Release, published: datetime, at: Placement, slug: str) -> Article:
        """A release as an outlet prints it; a board posts what a paper had."""
        dice, repost = self._dice, at.outlet == "icose"
        original = Original(dice.choice(ORIGINALS), published.date(), dice.choice(REPORTERS)) if repost else None
        return Article(
            release.title, published, dice.choice(SECTIONS), "관리자" if repost else dice.choice(REPORTERS),
            release.text, [at], release.gold, original=original, slug=slug,
        )  # fmt: skip

    def written(self, number: int) -> str:
        """A number in one of the ways papers write it."""
        return self._dice.choice(list(_ways(number)))


def _ways(number: int) -> Iterator[str]:
    yield f"{number:,}"
    high, low = divmod(number, 10_000)
    if high and low:
        yield f"{high}만{low}"
        if low >= 1000:
            yield f"{high}만{low // 1000}천{low % 1000 or ''}"


def _told(form: str, place: Municipality, moment: datetime, figures: dict[str, str]) -> str:
    kind = place.name[-1]
    closed = kind == "군"
    return form.format(
        name=place.name, year=moment.year, full=f"{_short(place.province)} {place.name}", kind=kind, day=moment.day, 이="이" if closed else "가",
        은="은" if closed else "는", **figures,
    )  # fmt: skip


def _short(province: str) -> str:
    return {
        "서울특별시": "서울", "경기도": "경기", "충청북도": "충북", "충청남도": "충남", "경상북도": "경북", "경상남도": "경남",
        "전북특별자치도": "전북",
    }[province]  # fmt: skip
