from crawler.cms.dadamedia import DadamediaSpider


class BreaknewsSpider(DadamediaSpider):
    name = "breaknews"
    outlet = "브레이크뉴스"
    domain = "breaknews.com"
    base = "http://www.breaknews.com"
    verified = "an article page of 2012"
