from crawler.cms.asiae import AsiaeSpider as System


class AsiaeSpider(System):
    name = "asiae"
    outlet = "아시아경제"
    domain = "asiae.co.kr"
    base = "https://www.asiae.co.kr"
    sections = ("politics-all", "economy-all", "society-all", "region-all")
