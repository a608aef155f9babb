from crawler.cms.fnnews import FnnewsSpider as System


class FnnewsSpider(System):
    name = "fnnews"
    outlet = "파이낸셜뉴스"
    domain = "fnnews.com"
    base = "https://www.fnnews.com"
    sections = ("001001000", "002001002", "001002000", "001003000")
    verified = "a feed of 2026"
