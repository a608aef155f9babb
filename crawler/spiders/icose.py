from crawler.cms.gnuboard5 import Gnuboard5Spider


class IcoseSpider(Gnuboard5Spider):
    name = "icose"
    outlet = "인천사회적기업협의회"
    address_setting = "ILJARI_ICOSE_URL"
    region = "인천광역시"
    tier = "repost"
