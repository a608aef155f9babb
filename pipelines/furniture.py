"""Page furniture in Korean articles: which lines are not the article, as a table of cues.

The body element of a skin and trafilatura's choice both keep bylines, copyright lines, share counts, captions and
related headlines. The cues are tight: a sentence that states something of jobs in figures is never furniture, unless
it stands in what follows the article's end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.markup import Line, collapse, letters
from pipelines.pressnames import PRESS_NAME, is_press_name


@dataclass(frozen=True, slots=True)
class Cue:
    """A kind of furniture line. The pattern matches the whole line, bullets at its ends taken off."""

    name: str
    pattern: re.Pattern[str]


def _cue(name: str, *alternatives: str) -> Cue:
    return Cue(name, re.compile("|".join(alternatives), re.I))


_DATE = r"\d{2,4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}\s?일?"
_TIME = r"\d{1,2}:\d\d(?::\d\d)?"
_DATE_LABEL = (
    r"(?:기사\s?입력|최초\s?입력|입력|기사\s?등록|등록일?시?|최종\s?수정|기사\s?수정|수정일?시?|승인|송고\s?시간|"
    r"업데이트|작성일?시?|게시일|최종\s?편집|발행일|보도일)"
)
_PERSON = r"[가-힣]{2,4}"
_PEOPLE = rf"{_PERSON}(?:\s?[·,]\s?{_PERSON})*"
_ROLE = (
    r"(?:(?:선임|수습|인턴|객원|전문|시민|명예|취재|사진|대표|편집|총괄|본부|지역)\s?)?(?:본부장\s?)?"
    r"(?:기자|논설위원|특파원|편집국장|칼럼니스트|앵커|리포터|PD)"
)
_EMAIL = r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}\s?[@＠]\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_COPYRIGHT = (
    r"무단\s*(?:전재|복제|배포|도용)|재배포\s*(?:및|[,·ㆍ])?\s*(?:DB\s*)?금지|재판매\s*및\s*DB\s*금지|"
    r"저작권자\s*[ⓒ©(<:]|all rights? reserved|copyrights?\s*(?:[ⓒ©(:]|by\b|20)|"
    r"AI\s?학습\s?(?:및\s?활용|이용|활용|포함)\s?금지|^[<\[(]?[ⓒ©]\s?\S"
)
_COPYRIGHT_LINE = rf".{{0,80}}(?:{_COPYRIGHT}).{{0,120}}"

LINE_CUES: tuple[Cue, ...] = (
    _cue("advertisement", r"[\[(]?광고(?:\s?(?:영역|닫기))?[\])]?|AD|advertisement|sponsored|스폰서\s?링크"),
    _cue(
        "button",
        r"(?:기사\s?)?(?:메일\s?전송|수정|삭제|원문(?:\s?보기)?|프린트|인쇄(?:하기)?|스크랩(?:하기)?|공유(?:하기)?|복사|저장)",
        r"(?:기사\s?)?(?:추천(?:하기)?|듣기|제보|닫기|목록(?:보기)?|더\s?보기|구독(?:하기)?|다운로드|미리보기|신고|글쓰기)",
        r"바로(?:보기|듣기)|확대|축소|답변|(?:URL|주소|링크)\s?복사|본문\s?(?:듣기|바로\s?가기|내용)?|맨\s?위로|TOP",
        r"사이트 내 전체\s?검색|(?:글자|글씨|폰트)\s?크기.{0,12}|(?:이미지|사진)\s?(?:크게|확대)\s?보기",
        r"확대이미지 영역|기사 이미지.{0,60}|모바일 버전 바로\s?가기|home\s?>.{0,80}|TAG|태그|0",
        r"(?:페이스북|트위터|카카오(?:톡|스토리)?|네이버\s?(?:블로그|밴드)|밴드|블로그|facebook|twitter|X)(?:\s?공유.{0,6})?",
        r"좋아요.{0,8}|싫어요.{0,8}|공감.{0,4}|(?:이전|다음)\s?글.{0,60}",
    ),
    _cue("page information", r"페이지 정보|작성자\s?.{1,12}|조회수?\s?:?\s?[\d,]+(?:\s?회)?|프로필\s?이미지"),
    _cue(
        "date",
        rf"(?:.{{1,20}}[|ㅣ]\s*)?{_DATE_LABEL}\s{{0,3}}[:：]?\s{{0,3}}[\[(]?\s?{_DATE}.{{0,60}}",
        rf"작성자\s?.{{1,20}}{_DATE_LABEL}.{{0,60}}",
        rf"{_DATE}\s+{_TIME}\s+{_DATE_LABEL}.{{0,40}}",
        rf"{_DATE}(?:\s+{_TIME})?",
    ),
    _cue(
        "counts",
        r"구독\s?[\d,]+.{0,20}|응원\s?[\d,]+|댓글\s?(?:수\s?)?[\d,]*\s?(?:개|건)?",
        r"등록된 댓글이 없습니다\.?|댓글을 (?:입력|남겨).{0,20}",
    ),
    _cue("copyright", _COPYRIGHT_LINE),
    _cue(
        "imprint",
        r"(?:TEL|FAX|전화|팩스|E-?mail|사무실|주소|대표전화)\s?[:.]\s?.{5,160}",
        r".{0,80}개인정보\s?(?:보호\s?(?:담당자|책임자)|(?:처리|취급)\s?방침).{0,60}",
    ),
    _cue(
        "reporter",
        rf"[/\[(<=]?\s?(?:{PRESS_NAME}\s?=?\s?)?(?:[가-힣]{{2,6}}\s?=\s?)?{_PEOPLE}\s?{_ROLE}\s?[\])>=]?",
        rf"[\[(][^\])]{{2,30}}[\])]\s?{_PEOPLE}\s?{_ROLE}",
        rf".{{0,40}}?{_EMAIL}.{{0,30}}",
        rf"(?:글|사진|글·사진)\s?[=/]\s?{_PERSON}(?:\s?{_ROLE})?",
        rf"{_PERSON}\s?{_ROLE}의? 다른\s?기사.{{0,20}}",
    ),
    _cue(
        "caption",
        r".{0,140}(?:\(\s?사진\s?[)=:/]?[^)]{0,40}\)|\[\s?사진\s?[=:/]?[^\]]{0,40}\]|<\s?사진[^>]{0,40}>)\s*[©ⓒ]?\s?.{0,20}",
        r".{0,140}\s*[©ⓒ]\s?[가-힣A-Za-z0-9 ]{2,20}",
        r"사진\s?(?:설명|제공|출처|자료)?\s?[=:)].{0,200}|자료\s?(?:제공|출처)?\s?[=:)].{0,40}|\(?\s?사진\s?제공.{0,30}",
        rf".{{6,140}}\.\s?[/(\[<]?\s?(?:[가-힣]{{2,8}}\s?제공|(?:자료)?사진\s?[=/].{{1,20}}|{PRESS_NAME})[\])>]?",
        r".{6,140}[(\[<]\s?[가-힣]{2,8}\s?제공\s?[\])>]|.{6,140}/\s?사진\s?[=/].{1,20}",
    ),
    _cue("source", r"[\[(<]?\s?(?:기사\s?)?(?:출처|원문)\s?[=:ㅣ|]?\s?.{2,60}[\])>]?"),
    _cue(
        "sharing",
        r"다른 곳에 퍼가실 때는.{0,60}|※?\s?로그인 후.{0,80}|이\s?기사를? (?:공유|추천).{0,30}",
        r"https?://\S+|기사 URL이 복사.{0,20}",
    ),
    _cue(
        "promotion",
        r".{0,40}(?:기사\s?제보|카카오톡\s?채널|네이버(?:에서)?\s?(?:뉴스|구독|채널)).{0,60}",
        r".{0,40}(?:구독\s?(?:신청|하기)|제보\s?(?:하기|전화)).{0,60}",
    ),
    _cue(
        "attachment",
        r"※?\s?(?:첨부(?:파일)?|별첨|붙임)\s?[:：]?\s?.{0,60}|※?\s?사진\s?(?:있음|별첨)\.?",
        r".{1,80}\.(?:hwpx?|pdf|jpe?g|png|docx?|xlsx?|zip)\b.{0,40}",
    ),
    _cue("end", r"[<(\[]?\s?(?:끝|이상)\s?[>)\]]?\.?"),
)
"""Furniture lines, each matched as a whole."""

TAIL_CUES: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(_COPYRIGHT_LINE, re.I), 1 / 2),
    (
        re.compile(
            r"(?:[\[<(【]\s?)?(?:"
            r"관련\s?(?:기사|뉴스|글)(?:\s?목록)?|(?:가장\s?)?많이\s?본\s?(?:뉴스|기사)|인기\s?(?:뉴스|기사)|"
            r"Hot\s?(?:포토|뉴스|이슈)|(?:[가-힣A-Za-z]{1,12}\s)?주요\s?(?:뉴스|기사)|이 기사와 관련된 기사|"
            r"최신\s?(?:뉴스|기사)|실시간\s?(?:뉴스|인기).{0,8}|댓글\s?(?:목록|쓰기|달기|\d+)|나도\s?한마디|"
            r"기자\s?프로필|이\s?기자의 다른\s?(?:기사|뉴스)|함께\s?(?:볼만한|읽으면).{0,12}|추천\s?(?:뉴스|기사)"
            r")\s?[\])>】:]?",
            re.I,
        ),
        2 / 3,
    ),
)
"""What follows an article, and which share of the prose must stand before: from such a line on nothing is its own.

A box of related headlines in the middle of an article loses its heading only.
"""

HEAD_CUE = re.compile(r"본문|본문\s?내용")
"""A line that a board sets before the article: lines above it are the page's."""

_BULLETS = " \t•·■□▶▷◀◁☞●○※*#|-–—"
_PROSE_END = re.compile(r"(?:[다요까음함됨]|죠)[.!?][\s\"'”’)\]」』]*(?:[<(]\s?끝\s?[>)])?$")
_LONG_ENOUGH = 25
_LONGEST_FURNITURE = 260
_PLAN_SUBJECT = re.compile(r"일자리|고용|취업|채용|근로|실업|창업|예산|사업비|투입")
_FIGURE = re.compile(r"\d")
_RELATED = re.compile(rf"[-·•]\s?\S.*\s[-|]\s(?P<outlet>{PRESS_NAME})")
_CAPTION_MARK = re.compile(r"^[▲△▼▽◀▶◁▷]\s?")
_CREDIT = re.compile(r"\s*[©ⓒ].{0,30}$")

_PHONE = (
    r"(?:(?:☎|☏|TEL\.?|전화|문의|연락처)\s?[:)]?\s?)?(?:"
    r"\(?(?<![\d.-])0\d{1,2}\)?[-.\s)]{1,2}\d{3,4}[-.\s]\d{4}(?!\d)|(?<![\d.-])1[568]\d\d-\d{4}(?!\d)|"
    r"(?<=[☎☏:)\s가-힣(])\d{3}-\d{4}(?!\d|\s?[개명억만천원%년조건]))"
    r"|(?:☎|☏|TEL\.?)\s?[:)]?\s?\d{3,4}-\d{4}"
)
_CONTACT = re.compile(rf"{_EMAIL}|{_PHONE}", re.I)
_CONTACT_BRACKET = re.compile(
    rf"\s?[(\[【<][^()\[\]【】<>]{{0,120}}(?:{_EMAIL}|{_PHONE})[^()\[\]【】<>]{{0,120}}[)\]】>]", re.I
)
_BYLINE_BRACKET = re.compile(
    rf"^([\[(【<][^\[\]()【】<>]{{0,40}}?)(?:[\s=/ㅣ|·]+|(?<=[\[(【<])){_PEOPLE}\s?{_ROLE}\s?=?\s?([\])】>])\s?=?\s?"
)
_BYLINE_BEHIND = re.compile(rf"^([\[(【<][^\[\]()【】<>]{{2,40}}[\])】>])\s?{_PEOPLE}\s?{_ROLE}\s?=\s?")
_END_MARK = re.compile(r"\s*[<(\[]\s?끝\s?[>)\]]\.?$")
_BYLINE_BARE = re.compile(rf"^(?:[가-힣]{{2,6}}\s?=\s?)?{_PEOPLE}\s?{_ROLE}\s?[=|]\s?")
_EMPTY_BRACKET = re.compile(r"^[\[(【<]\s*[\])】>]\s*")
_REPORTER_END = re.compile(
    rf"(?<=[.!?”\"])\s*[/(\[]?\s?(?:{PRESS_NAME}[\s=]+)?(?:[가-힣]{{2,6}}\s?=\s?)?{_PERSON}\s?{_ROLE}\s?[)\]]?$"
)


def drop_furniture(lines: Sequence[Line], title: str = "") -> list[str]:
    """Return the article's own lines: no furniture, no repeat of the title, no reporter's name in a byline,
    no e-mail address or telephone number. Order and wording of what is kept are not changed otherwise.
    """
    kept = _cut_ends(lines)
    heading = letters(title)
    own: list[str] = []
    for line in kept:
        if _is_furniture(line, heading):
            continue
        if text := scrub(line.text):
            own.append(text)
    return own


def scrub(text: str) -> str:
    """Take e-mail addresses, telephone numbers and the reporter of a byline out of a line.

    A dateline keeps its place and agency: [김포=○○뉴스 홍길동 기자] becomes [김포=○○뉴스].
    """
    text = _BYLINE_BARE.sub("", _BYLINE_BRACKET.sub(r"\1\2 ", text))
    text = _EMPTY_BRACKET.sub("", _BYLINE_BEHIND.sub(r"\1 ", text))
    text = _CONTACT.sub("", _CONTACT_BRACKET.sub("", text))
    text = collapse(_REPORTER_END.sub("", _END_MARK.sub("", text)))
    return text if letters(text) else ""


def is_prose(text: str) -> bool:
    """Tell whether a line is a whole sentence rather than a headline, label or caption."""
    return len(text) >= _LONG_ENOUGH and _PROSE_END.search(text) is not None


def states_figures(text: str) -> bool:
    """Tell whether a line is a sentence that gives figures about jobs: such a line is kept whatever a cue says."""
    return is_prose(text) and _FIGURE.search(text) is not None and _PLAN_SUBJECT.search(text) is not None


def _cut_ends(lines: Sequence[Line]) -> Sequence[Line]:
    prose = [len(line.text) if is_prose(line.text) else 0 for line in lines]
    whole, before = sum(prose), 0
    first, last = 0, len(lines)
    for position, line in enumerate(lines):
        text = line.text.strip(_BULLETS)
        if before == 0 and HEAD_CUE.fullmatch(text):
            first = position + 1
        elif before and len(text) <= _LONGEST_FURNITURE and before >= whole * _tail_share(text):
            last = position
            break
        before += prose[position]
    return lines[first:last]


def _tail_share(text: str) -> float:
    return next((share for pattern, share in TAIL_CUES if pattern.fullmatch(text)), float("inf"))


def _is_furniture(line: Line, heading: str) -> bool:
    text = line.text
    if related := _RELATED.fullmatch(text):
        return is_press_name(related["outlet"])
    if _repeats(text, heading):
        return True
    if line.linked > 0.8 and not is_prose(text):
        return True
    if states_figures(text):
        return False
    bare = text.strip(_BULLETS)
    if not bare:
        return True
    if _CAPTION_MARK.match(text) and _CREDIT.search(text):
        return True
    if len(bare) > _LONGEST_FURNITURE:
        return False
    return _tail_share(bare) <= 1 or any(cue.pattern.fullmatch(bare) for cue in LINE_CUES)


def _repeats(text: str, heading: str) -> bool:
    if not heading:
        return False
    words = letters(_CREDIT.sub("", _CAPTION_MARK.sub("", text)))
    return words == heading or (_CAPTION_MARK.match(text) is not None and len(words) > 8 and words in heading)
