"""Settings of the crawler. What differs from machine to machine comes from variables of the environment: ILJARI_…"""

import os
import sys

from crawler.secret import Secret

BOT_NAME = "iljari"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# Where things are and who we are

ILJARI_DATA = os.environ.get("ILJARI_DATA", "data")
"""Folder of `jobplans.db`, `crawl.db` and `archive/`."""
ILJARI_CONTACT = os.environ.get("ILJARI_CONTACT", "")
"""An address (URL or e-mail) that outlets can reach; without it nothing but a newsroom is ever requested."""
ILJARI_NEWSROOM = os.environ.get("ILJARI_NEWSROOM", "")
"""Address of a local newsroom, http://127.0.0.1:PORT; every request then goes there and nowhere else."""
ILJARI_ICOSE_URL = os.environ.get("ILJARI_ICOSE_URL", "")
"""Address of the board of 인천사회적기업협의회, up to and with `bo_table=…`; without it the spider is left out."""
ILJARI_ARCHIVE_FILE_MB = os.environ.get("ILJARI_ARCHIVE_FILE_MB", "1000")
"""Size at which a file of the archive is left and the next begun."""
ILJARI_FREE_MB = os.environ.get("ILJARI_FREE_MB", "500")
"""What must stay free on the disk of the data folder; with less no crawl begins, and one that is on stops."""
ILJARI_MONITORS = os.environ.get("ILJARI_MONITORS", "{}")
"""Thresholds of the monitors that are to differ (crawler/monitors/thresholds.py), as JSON: {"silent_days": 5}"""
ILJARI_READ_TIMEOUT = 60
"""Seconds after which the reading of one page is given up."""
ILJARI_NIGHT_HOURS = os.environ.get("ILJARI_NIGHT_HOURS", "20")
"""Hours after which a night is ended in order, before the next one begins; the next one goes on from there."""
ILJARI_PROGRESS_SECONDS = os.environ.get("ILJARI_PROGRESS_SECONDS") or (5 if sys.stderr.isatty() else 30)
"""Seconds between lines of progress."""

ILJARI_RETRY_WAIT = os.environ.get("ILJARI_RETRY_WAIT") or (0.05 if ILJARI_NEWSROOM else 5)
"""Seconds for which a host is left alone after trouble (429, 403, 5xx, no answer), about; twice as long each
time in a row, up to sixteen times."""
ILJARI_LONGEST_WAIT = os.environ.get("ILJARI_LONGEST_WAIT") or 120
"""Seconds. A host that asks (Retry-After) for a longer rest than this is suspended for as long as it asks."""

ILJARI_LOGS = os.environ.get("ILJARI_LOGS", "")
"""Folder of the runs' logs, one file each, by the run's id; `logs/` in the data folder where it is not named."""
ILJARI_LOGS_KEPT = os.environ.get("ILJARI_LOGS_KEPT", "60")
"""How many logs are kept: the newest."""
ILJARI_LOG_MB = os.environ.get("ILJARI_LOG_MB", "10")
"""Size after which a log takes no more messages. They are counted, and the table of the run is written all the same."""
ILJARI_AT = os.environ.get("ILJARI_AT", "03:30")
"""When `scrapy schedule` begins the night, HH:MM."""
ILJARI_ZONE = os.environ.get("ILJARI_ZONE", "Asia/Seoul")
"""The time zone of that time."""

# Who hears of a night (crawler/alerts; `scrapy alerts` shows what is set and tries it out)

ILJARI_LANGUAGE = os.environ.get("ILJARI_LANGUAGE", "")
"""Of the alerts: ko (also where nothing is set) or en."""
ILJARI_DIGEST = os.environ.get("ILJARI_DIGEST", "")
"""news (also where nothing is set): a digest on nights with something new, changed or recovered; always: every night."""
ILJARI_PUBLIC_URL = os.environ.get("ILJARI_PUBLIC_URL", "")
"""Where Datasette can be reached from outside; alerts then link to its health page."""
ILJARI_PING_URL = Secret(os.environ.get("ILJARI_PING_URL", ""))
"""A dead man's switch as healthchecks has them: gets …/start, and at the end the address itself or …/fail."""
ILJARI_TELEGRAM_TOKEN = Secret(os.environ.get("ILJARI_TELEGRAM_TOKEN", ""))
"""Token of a Telegram bot."""
ILJARI_TELEGRAM_CHAT = os.environ.get("ILJARI_TELEGRAM_CHAT", "")
"""The chat it writes to: a number, or @ and a channel's name."""
ILJARI_TELEGRAM_API = os.environ.get("ILJARI_TELEGRAM_API") or "https://api.telegram.org"
"""Address of the Bot API."""
ILJARI_SLACK_WEBHOOK = Secret(os.environ.get("ILJARI_SLACK_WEBHOOK", ""))
"""Address of a Slack incoming webhook."""
ILJARI_DISCORD_WEBHOOK = Secret(os.environ.get("ILJARI_DISCORD_WEBHOOK", ""))
"""Address of a Discord webhook."""
ILJARI_MAIL_TO = os.environ.get("ILJARI_MAIL_TO", "")
"""Mail addresses, with commas between them."""
ILJARI_MAIL_FROM = os.environ.get("ILJARI_MAIL_FROM", "")
"""The mail address that alerts come from."""
ILJARI_SMTP_HOST = os.environ.get("ILJARI_SMTP_HOST", "")
"""The mail server that takes them."""
ILJARI_SMTP_SECURITY = os.environ.get("ILJARI_SMTP_SECURITY", "")
"""starttls (also where nothing is set), tls (from the first byte), or none."""
ILJARI_SMTP_PORT = os.environ.get("ILJARI_SMTP_PORT", "")
"""Without it 587, 465 or 25, as the security goes."""
ILJARI_SMTP_USER = os.environ.get("ILJARI_SMTP_USER", "")
"""Name to log in with; without it and a password there is no login."""
ILJARI_SMTP_PASSWORD = Secret(os.environ.get("ILJARI_SMTP_PASSWORD", ""))
"""Password to log in with."""
ILJARI_WEBHOOK_URL = Secret(os.environ.get("ILJARI_WEBHOOK_URL", ""))
"""An address of one's own that gets each alert as JSON, with the whole night."""
ILJARI_WEBHOOK_KEY = Secret(os.environ.get("ILJARI_WEBHOOK_KEY", ""))
"""With it X-Iljari-Signature holds sha256= and the HMAC-SHA256 of the body, in hexadecimal."""

USER_AGENT = "iljari/0.1 (nightly reader of municipal job plans)"
"""The contact is added to it by the egress middleware."""
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ko",
}

# Politeness

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "iljari"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0.001 if ILJARI_NEWSROOM else 5  # never 0: without a delay Scrapy sends all that wait at once
AUTOTHROTTLE_ENABLED = not ILJARI_NEWSROOM
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY
AUTOTHROTTLE_MAX_DELAY = 120
DOWNLOAD_TIMEOUT = 30  # for the whole of an answer, however steadily it drips
RETRY_TIMES = 2  # requests that met 408, 429, 5xx or a broken connection are sent so often again, after the host's rest
DOWNLOAD_DELAY_JITTER = (
    0.5  # each delay is drawn from half to one and a half; a Crawl-delay of robots.txt is kept exactly
)
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False

# Bounds and safety

TWISTED_DNS_RESOLVER = "crawler.network.resolver.PublicResolver"  # no host without a public address is connected to
DNS_TIMEOUT = 20
HTTPPROXY_ENABLED = False  # a proxy of the environment would look names up itself, unchecked
DOWNLOAD_HANDLERS = {
    "http": "crawler.network.transport.DownloadHandler",
    "https": "crawler.network.transport.DownloadHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
DOWNLOAD_FAIL_ON_DATALOSS = True  # what is not whole is no page
COMPRESSION_ENABLED = False  # BodyMiddleware does it
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # of a body, packed as well as unpacked
DOWNLOAD_WARNSIZE = 5 * 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = not ILJARI_NEWSROOM
DEPTH_LIMIT = 0
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
CONCURRENT_ITEMS = 8
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1_000_000  # bytes of an outlet's pages that wait to be read; with more it is left alone
CONCURRENT_REQUESTS = 4  # one connection a host; what waits in the downloader is fetched before a stop

# How a request travels; the numbers are places among Scrapy's own (settings reference, DOWNLOADER_MIDDLEWARES_BASE)

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.egress.EgressMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.archive.ArchiveMiddleware": 530,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.retry.RetryMiddleware": 550,
    "crawler.middlewares.body.BodyMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.redirects.RedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.depth.DepthMiddleware": None}  # nobody asks how deep
EXTENSIONS = {"crawler.night.NightExtension": 10}
ITEM_PIPELINES = {
    "crawler.pipelines.ReadPipeline": 100,
    "crawler.pipelines.StorePipeline": 200,
}

WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads the callback's source at every response; mypy sees the mistake

LOG_LEVEL = os.environ.get("ILJARI_LOG_LEVEL", "WARNING")
FEED_EXPORT_ENCODING = "utf-8"
