"""What makes an article a job-plan article, one reading a test, on sentences of our own."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipelines.extract import JobPlan, Source, extract
from pipelines.extract.relevance import ENOUGH, SIGNALS

DAY = date(2024, 3, 29)


def _plan(title: str, text: str, day: date = DAY) -> JobPlan:
    return extract(Source(text, title, day))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "정선군, 올해 일자리 3천100개 만든다",
            "정선군은 올해 일자리 3천100개를 만든다고 29일 밝혔다. 군은 청년 창업과 직업훈련, 노인 일자리, 기업 유치에 고루 힘을 쏟는다.",
        ),
        (
            "정선군, 새 일감 지도 그렸다",
            "정선군은 29일 ‘2024년 일자리대책 세부계획’을 세워 누리집에 공시했다. 군은 취업 지원과 창업 지원을 두 축으로 삼는다.",
        ),
        (
            "정선군 일자리 협의체 머리 맞대",
            "정선군 일자리 협의체가 29일 회의를 열었다. 이 자리에서는 올해 일자리 목표 3천100개와 고용률 71% 달성 방안이 담긴 2024년 일자리 창출 추진계획이 확정됐다.",
        ),
        (
            "정선군, 도 일자리 평가 우수상",
            "정선군이 일자리 평가에서 우수상을 받았다. 군은 지난해 일자리 목표 2천개를 넘겨 2천300개를 창출해 달성률 115%를 기록했다.",
        ),
        (
            "정선군, 지난해 일자리 2천300개 창출…목표 넘겨",
            "정선군은 지난해 일자리 2천300개를 창출했다고 29일 밝혔다. 목표 2천개를 15% 웃돌았다. 훈련과 창업, 청년과 어르신 사업이 고루 늘었다.",
        ),
        (
            "정선군, 부서마다 새 시책 60개로 일자리 찾는다",
            "정선군은 29일 일자리 창출 추진상황 보고회를 열었다. 부서들이 찾은 시책은 60개 사업이다. 군은 사회적기업과 청년 창업, 여성 취업, 노인 일감을 함께 늘린다.",
        ),
        (
            "정선군, 내년 예산안 ‘좋은 일자리’에 무게",
            "정선군은 내년 예산안에서 일자리를 맨 앞에 뒀다. 군은 410억원을 들여 일자리 2천600개를 만든다. 기업 유치와 직업훈련, 창업, 청년과 여성, 관광, 산업단지가 두루 들어 있다.",
        ),
        (
            "정선군 일자리추진단 출범…2026년까지 2만개",
            "정선군이 29일 일자리창출추진단을 출범시켰다. 추진단은 2026년까지 일자리 2만개 창출을 목표로 5대 전략을 추진한다.",
        ),
        (
            "정선군 일자리 추진단 발대식",
            "정선군이 29일 일자리 추진단 발대식을 열었다. 추진단은 청년과 창업, 기업 유치 등 다섯 전략으로 4년간 일자리 2만개를 만든다.",
        ),
        (
            "작년 일자리 목표 17% 넘겼다…정선군",
            "나도윤(왼쪽 두 번째) 군수가 노인 일자리 발대식에 참석했다. 정선군 제공\n\n정선군이 전국 일자리대상을 받았다. 일자리 목표 공시제로 보면 지난해 2천300개가 생겨 목표의 117%를 이뤘다. 청년과 여성, 창업과 훈련이 고루 늘었다.",
        ),
    ],
    ids=[
        "total only",
        "plan only",
        "meeting",
        "award",
        "result",
        "measures",
        "budget",
        "new body",
        "its start",
        "caption",
    ],
)
def test_an_issuers_plan_target_or_result_for_jobs_as_a_whole(title: str, text: str) -> None:
    plan = _plan(title, text)
    assert plan.relevant, plan.reasons


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "정선군, 올해 일자리 900개 만든다…40억 투입",
            "정선군이 공공일자리의 문을 넓힌다. 올해 공공일자리에 참여할 사람은 900명이다. 노인 일자리 사업이 700명으로 대부분이고 공공근로가 200명이다.",
        ),
        (
            "정선군, 올해 일자리 1천100개…지난해 목표도 초과",
            "정선군은 29일 노인일자리 발대식을 열었다. 올해 어르신 일자리는 1천100개다. 어르신들은 노인복지관과 시니어클럽에서 일한다.",
        ),
        (
            "강원도 올해 일자리 800개…마을기업 90곳 키운다",
            "강원특별자치도가 올해 일자리 800개를 만들 계획이라고 29일 밝혔다. 무대는 마을기업이다. 도는 마을기업 90곳을 골라 마을기업마다 돈을 댄다.",
        ),
        (
            "정선군, 여성 일자리 5천개 만든다",
            "정선군은 여성의 재취업을 도와 올해 여성 일자리 5천개를 만든다고 밝혔다. 경력단절 여성에게 직업교육을 한다.",
        ),
        (
            "정선군 일자리위원회 출범",
            "정선군 일자리위원회가 29일 출범했다. 위원은 15명이다. 위원회는 민선 8기 일자리 종합계획 수립에 앞서 의견을 듣는다.",
        ),
        (
            "정선군, 전국 일자리 대상 특별상",
            "정선군이 전국 지방자치단체 일자리 대상 시상식에서 지역일자리 목표 공시제 부문 특별상을 받았다. 군은 사업비 8천만원을 받는다.",
        ),
        (
            "“일자리 계획, 숫자만 남았다” 군의원 비판",
            "정선군의회에서 한 의원은 “군이 해마다 일자리대책 세부계획을 공시하고 목표 5천개를 달성했다고 자랑한다”고 꼬집었다.",
        ),
        (
            "나도윤 정선군수 후보 “일자리 1만개 만들겠다”",
            "나도윤 정선군수 후보는 29일 2026년까지 일자리 1만개를 만들겠다고 약속했다. 청년 창업과 기업 유치, 직업훈련을 내걸었다.",
        ),
        (
            "[사설] 일자리 5천개, 속을 보자",
            "정선군은 올해 일자리 5천개를 만든다고 한다. 숫자보다 질이다. 군은 노인 일자리의 몫을 밝혀야 한다.",
        ),
        (
            "정선군, 기업 3곳과 손잡아…일자리 400개",
            "정선군은 29일 기업 3곳과 투자협약을 맺었다. 세 회사는 2026년까지 공장을 짓고 일자리 400개를 만든다.",
        ),
        (
            "강원 시·군 고용률 들여다보니",
            "통계청의 지역별 고용조사에서 정선군의 고용률은 68.1%였다. 홍천군 69.0%, 횡성군 70.2%, 평창군 71.3%, 영월군 66.4%가 뒤를 이었다.",
        ),
        (
            "정부, 올해 일자리 100만개",
            "정부는 올해 일자리 100만개를 만든다. 정선군과 홍천군은 일자리 대책 세부계획을 곧 따로 낸다.",
        ),
        (
            "정선군, 수소 산업 거점으로",
            "정선군은 2030년까지 수소 산업단지를 꾸려 일자리 5천개를 만든다. 3대 전략과 12개 과제에 900억원이 든다.",
        ),
        (
            "정선에 900억 투자 물꼬…일자리 400개 생긴다",
            "정선군이 6개 기업에서 900억원의 투자를 끌어냈다. 새로 생길 일자리는 400개다.",
        ),
        (
            "정선에 반도체 공장…일자리 800개 생긴다",
            "정선군은 한 회사가 5천억원을 들여 공장을 짓는다고 29일 밝혔다. 일자리 800개가 생긴다.",
        ),
        (
            "정선군, 일자리 안정자금 3천명",
            "정선군은 올해 일자리 안정자금을 3천명에게 줬다고 29일 밝혔다. 90억원을 들였다.",
        ),
        (
            "정선군 일자리센터 지난해 3천명 취업",
            "정선군 일자리센터는 지난해 3천명을 취업시켰다고 29일 밝혔다. 목표 2천명의 150%다.",
        ),
        (
            "정선군의회, 일자리 정책 점검",
            "정선군의회는 29일 군의 일자리 종합계획을 점검했다. 올해 목표는 3천개다.",
        ),
        (
            "정선군 일자리 실태 조사",
            "정선군은 일자리 설문조사를 한다. 결과는 일자리종합계획 수립을 위한 기초자료로 쓴다. 조사원 40명을 선발했다.",
        ),
    ],
)
def test_one_programme_an_event_another_voice_or_a_plan_only_talked_of(title: str, text: str) -> None:
    plan = _plan(title, text)
    assert not plan.relevant, plan.reasons


def test_another_municipalitys_brand_name_is_no_list_entry_but_a_form() -> None:
    text = "{}시는 29일 노사와 협약을 맺고 ‘{}형 일자리’ 공장에서 일자리 900개를 만든다고 밝혔다."
    for stem in ("원주", "제천", "밀양"):
        assert not _plan(f"‘{stem}형 일자리’ 닻 올렸다", text.format(stem, stem)).relevant


def test_a_government_known_only_by_its_self_reference_needs_more() -> None:
    little = "구는 올해 일자리 3천개를 만들 계획이다."
    much = little + " 구는 ‘2024년 일자리대책 세부계획’을 공시하고 5대 전략 30개 과제를 추진한다."
    assert not _plan("", little).relevant
    plan = _plan("", much)
    assert plan.relevant
    assert plan.municipality is None


def test_the_verdict_names_its_reasons_with_their_weights_and_they_add_up() -> None:
    plan = _plan("정선군, 올해 일자리 3천100개 만든다", "정선군은 29일 ‘2024년 일자리대책 세부계획’을 공시했다.")
    weights = [float(found[1]) for reason in plan.reasons if (found := re.search(r" ([+-][\d.]+)(?::|$)", reason))]
    assert len(weights) == len(plan.reasons)
    assert sum(weights) >= ENOUGH
    names = {signal.name for signal in SIGNALS}
    assert len(names) == len(SIGNALS)
    assert all(any(reason.startswith(name) for name in names) for reason in plan.reasons)
