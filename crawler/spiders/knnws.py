from crawler.cms.newsbuilder import NewsbuilderSpider


class KnNewsSpider(NewsbuilderSpider):
    name = "knnws"
    outlet = "KN NEWS"
    domain = "knnws.com"
    base = "http://www.knnws.com"
