"""What an article on jobs is about, as tables: kinds of programmes, events, speakers. None names a place or a person."""

from __future__ import annotations

import re

KINDS = {
    "elder": r"노인|어르신|시니어|고령자|노년|실버",
    "youth": r"청년|대학생|청소년|특성화고",
    "women": r"여성|경력단절|새일센터",
    "disabled": r"장애인",
    "middle": r"신중년|중장년|[45]0\s?[·~]?\s?[56]0|베이비붐|퇴직자|은퇴",
    "public work": r"공공\s?근로|공공\s?일자리|공공형|지역\s?공동체|희망\s?(?:근로|일자리)|직접\s?일자리|재정\s?지원|단기\s?일자리|방역",
    "self-support": r"자활",
    "social economy": r"사회적\s?기업|사회적\s?경제|마을\s?기업|협동조합",
    "vulnerable": r"취약\s?계층|저소득|취업애로|다문화|결혼\s?이주",
    "training": r"직업\s?(?:능력|훈련|교육)|인력\s?양성|인재\s?양성|교육\s?훈련|취업\s?교육|기능\s?인력",
    "service": r"취업\s?(?:지원|알선|상담)|고용\s?서비스|미스매치|일자리\s?(?:매칭|지원\s?센터)|구인·?\s?구직",
    "incentive": r"장려금|고용\s?보조금|인턴|내일\s?채움|고용\s?유지",
    "startup": r"창업",
    "investment": r"(?:기업|투자|민자)\s?(?:\S{1,4}\s)?유치|산업\s?단지|산단|농공\s?단지|강소\s?기업|기업\s?(?:지원|육성|경쟁력)",
    "infrastructure": r"인프라|기반\s?시설|SOC|사회\s?간접",
    "industry": r"신산업|미래\s?산업|전략\s?산업|주력\s?산업|첨단|특화\s?산업",
    "culture": r"관광|문화",
    "farming": r"농업|농촌|귀농|어촌|산림|숲\s?가꾸기",
}
KIND = {name: re.compile(pattern) for name, pattern in KINDS.items()}
"""The parts of which a whole plan is made: an article that names one only is about a programme."""

GROUPS = (
    "elder",
    "youth",
    "women",
    "disabled",
    "middle",
    "public work",
    "self-support",
    "social economy",
    "vulnerable",
)
_GROUP = "|".join(KINDS[name] for name in GROUPS)
_ADJECTIVES = r"(?:\s?(?:·\s?\S{2,4}|맞춤형?|특화|공헌|활동|친화|연계|전담|사회활동|지원|형|공익))*"
PROGRAMME = re.compile(
    rf"(?:{_GROUP}|상생형?|돌봄|국비|뉴딜|디지털|생활\s?방역|외국인|계절|북한이탈|관광|농촌|숲|환경){_ADJECTIVES}\s?(?:일자리|근로|취업|창업|사업|활동)"
    r"|공공\s?(?:형\s?)?일자리|마을\s?기업|사회적\s?기업|협동조합|공공\s?근로|계절\s?근로|자활|시니어\s?클럽|고용\s?특구|지역화폐"
)
"""One programme or group: 노인 일자리, 청년 맞춤형 일자리, 공공근로, 마을기업."""
GROUP_OBJECT = re.compile(
    rf"(?:{_GROUP})(?:\s?(?:분야|부문|계층|층|형|들?에게|명에게))?\s?(?:의\s)?(?:\S{{2,5}}\s)?일자리(?!\s?(?:종합|대책|정책))|(?:노인|어르신|청년|여성|장애인)(?:들)?에게\s"
)
BRANDED = re.compile(r"(?<![가-힣])(?!맞춤|공공|시장|공익|민간|지역|체험|생활|미래)[가-힣]{2}형\s?(?:상생\s?)?일자리")
"""A labelled model, X형 일자리: one agreement or scheme where the text speaks of that."""
AGREED = re.compile(r"협약|노사|공장|법인|상생|공모")
OPENING_EVENT = re.compile(
    r"모집(?:한다|하기로|에 나|공고)|발대식|박람회(?:를|가|에|’|')|채용(?:설명회|박람회|행사)|개소식|출범식|위촉식|시상식|수료식|기공식|착공식|준공식|협약식|문을 열"
)

EVENT = re.compile(
    r"모집|채용|박람회|참여자|참가자|접수|수강생|교육생|설명회|협약|MOU|개소|면접|수료|특강|간담회|상담|캠페인|공모(?!사업\s?선정)"
    r"|구인|구직|선발|지급|신청|아카데미|인턴|해커톤|창구|발대식|출범|위촉|행사|축제|투자\s?유치|입주|준공|착공|기공|면담|방문|토론|포럼"
    r"|세미나|설문|경진대회|벤치마킹|견학|개강|운영위|직무교육|안전교육|문\s?열어|문을\s?열"
)
AWARD = re.compile(
    r"수상|시상|우수상|최우수|특별상|대통령상|총리상|장관상|표창|일자리\s?(?:종합)?대상(?=$|[\s’'”\"·…]|에서|시상)|우수\s?(?:기관|지자체|자치단체|구|시|군)"
)
MEETING = re.compile(r"위원회|협의체|협의회|회의(?!실)")
BUDGET_BILL = re.compile(r"추경|추가경정|예산안|시정연설")
FIRMS = re.compile(
    r"투자\s?(?:협약|양해)|업무\s?협약|협약(?:을|식|에|서)|양해\s?각서|MOU|㈜|\(주\)|\d+개\s?(?:기업|업체|사)(?:와|과)"
)
STATISTICS = re.compile(r"통계청|국가데이터처|고용\s?동향|지역별\s?고용\s?조사|경제활동\s?인구\s?조사|사업체\s?조사")
OPINION = re.compile(
    r"[\[<【(〈]\s?(?:사설|칼럼|기고|특별기고|기획|특집|분석|진단|기자\s?수첩|취재\s?수첩|데스크|시론|논단|오피니언|발언대|독자|기자의\s?눈|시평|논평|성명|팩트\s?체크)[^\]>】)〉]{0,10}[\]>】)〉]|\d회에 걸쳐|기획\s?시리즈"
)
CRITICISM = re.compile(
    r"지적|비판|꼬집|논란|질타|촉구|도마|부풀리기|뻥튀기|허수|구멍|헛구호|제각각|외면|실효성\s?(?:의문|논란|없)|빈\s?수레|속\s?빈|엉터리|주먹구구"
)
CANDIDATE = re.compile(
    r"(?:예비)?후보(?:자)?(?=는|은|가|의|,|\s|[“\"‘']|$)(?!\s?(?:지|도시|지역|선정))|출마|선대위|당선인"
)
COUNCIL = re.compile(
    r"의원(?:은|이|들은|들이|,|\s[“\"‘']|$|\s[가-힣]+\s?(?:지적|비판))|5분\s?(?:자유)?\s?발언|시정\s?질문|군정\s?질문|구정\s?질문|도정\s?질문|행정\s?사무\s?감사"
)
COUNCIL_IN_TITLE = re.compile(r"의회(?![가-힣])|의회[는가의]|의원(?![가-힣])|의원들")
OUTSIDER = re.compile(
    r"(?:연구(?:원|소|팀)|교수|노조|노총|시민\s?단체|연대|상의|상공회의소|학회|경총|협회|국민의힘|민주당|정의당|진보당|시당|도당)(?:은|는|이|가)\s"
)
STATE = re.compile(
    r"^\W*(?:(?:올해|내년|새)\s)?(?:정부|중앙정부|새\s?정부|고용노동부|고용부|노동부|행정안전부|행안부|안전행정부|통계청|국가데이터처|기획재정부|기재부|보건복지부|복지부|산업부|중기부|청와대|대통령|국무총리)"
    r"(?:\([^)]*\))?(?:은|는|이|가|에서|,|의|\s)(?!\s?(?:지역\s?일자리|일자리\s?(?:목표\s?)?공시))"
)
