"""All settings, read from the environment (`deploy/env.example` explains each).

With nothing set and LEDGER_DEBUG=1 the application runs *embedded*: SQLite files, mail files, in-process cache
and a filesystem job queue, all of it under `LEDGER_VAR`. With DATABASE_URL, REDIS_URL and MONGODB_URL it runs on
servers.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR = Path(env("LEDGER_VAR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("LEDGER_DEBUG", default=False)
TESTING = env.bool("LEDGER_TESTING", default=False)


def _secret(name: str, how: str) -> str:
    """A secret from the environment; outside debug mode without default (a guessable key is worse than no server)."""
    value: str = env(name, default="")
    if value:
        return value
    if DEBUG:
        return f"debug-only-{name.lower()}-never-used-in-production-0123456789"
    raise ImproperlyConfigured(f"{name} is not set. Make one with:  {how}  and put it in the environment.")


_RANDOM = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
CREDENTIAL_KEY_COMMAND = "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"

# Of several keys the first one signs and all of them verify, so that keys can be rotated (manage.py rotate_key).
SECRET_KEY, *SECRET_KEY_FALLBACKS = _secret("LEDGER_SECRET_KEY", _RANDOM).split(",")
TOKEN_KEY, *TOKEN_KEY_FALLBACKS = _secret("LEDGER_TOKEN_KEY", _RANDOM).split(",")
CLOCK_SKEW = timedelta(seconds=30)  # by which the clocks of our machines may differ
# Fernet keys that encrypt database passwords; the first one encrypts, all of them decrypt (so keys can be rotated).
CREDENTIAL_KEYS = env.list("LEDGER_CREDENTIAL_KEYS", default=[])
if not CREDENTIAL_KEYS:
    if not DEBUG:
        raise ImproperlyConfigured(
            f"LEDGER_CREDENTIAL_KEYS is not set. Make one with:  {CREDENTIAL_KEY_COMMAND}  and keep it safe."
        )
    CREDENTIAL_KEYS = ["ZGVidWctb25seS1uZXZlci11c2VkLWluLXByb2R1Y3Q="]

ALLOWED_HOSTS = env.list("LEDGER_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
PUBLIC_URL = env("LEDGER_PUBLIC_URL", default="http://localhost:8000")
CSRF_TRUSTED_ORIGINS = env.list("LEDGER_TRUSTED_ORIGINS", default=[PUBLIC_URL])
# Behind nginx, which overwrites X-Forwarded-Proto and X-Real-IP. Never set it on a server reached directly.
BEHIND_PROXY = env.bool("LEDGER_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W004",
    "security.W008",
]  # HTTPS and its headers are nginx's part (deploy/nginx.conf)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "tenancy",
    "accounts",
    "ledger_core",
    "ledger",
]

MIDDLEWARE = [
    "ledger.middleware.request_id",
    "ledger.watching.traces.traced",
    "ledger.watching.requests.measured",
    "ledger.middleware.private_api",
    "ledger.content_security.content_security",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.CallerMiddleware",  # who
    "tenancy.middleware.OrganizationMiddleware",  # where
]

ROOT_URLCONF = "ledger.urls"
WSGI_APPLICATION = "ledger.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Databases -------------------------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; PRAGMA foreign_keys=ON",
}
CONNECT_SECONDS = env.int("LEDGER_CONNECT_SECONDS", default=3)  # that connecting to a MySQL server may take
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "connect_timeout": CONNECT_SECONDS,
    "init_command": (
        "SET sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', "
        "time_zone='+00:00', sql_auto_is_null=0"
    ),
}


def _system_database() -> dict[str, Any]:
    """What DATABASE_URL says; its value is never repeated, because a password is in it."""
    known = ("mysql://", "sqlite://")
    try:
        if env("DATABASE_URL", default=known[1]).startswith(known):
            found: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'system.sqlite3'}")
            if found["NAME"]:
                return found
    except ValueError:
        pass  # a port that is none, for example
    raise ImproperlyConfigured(
        "DATABASE_URL is not the address of a system database. It is mysql://USER:PASSWORD@HOST:3306/DATABASE (special "
        "characters percent-encoded) or sqlite:////FOLDER/FILE; without it, a file in LEDGER_VAR is used."
    )


_system = _system_database()
EMBEDDED = _system["ENGINE"].endswith("sqlite3")
_system["OPTIONS"] = {**(SQLITE_OPTIONS if EMBEDDED else MYSQL_OPTIONS), **_system.get("OPTIONS", {})}
_system["CONN_MAX_AGE"] = 60
_system["CONN_HEALTH_CHECKS"] = True
if TESTING and EMBEDDED:
    _system["TEST"] = {"NAME": str(VAR / "test-system.sqlite3")}  # a file: tests with threads share it
DATABASES = {"default": _system}
# Organization databases are no entries here: tenancy.aliases resolves `t:<organization>` when it is asked for.
DATABASE_ROUTERS = ["tenancy.router.OrganizationRouter"]
ORGANIZATION_APPS = ("ledger_core",)  # app labels whose tables live in the organizations' databases
ORGANIZATION_SEED = "ledger_core.seed.seed_books"  # called in the new organization's context, once, in one transaction
# Called in its context with its particulars before and after, to refuse what its books do not allow:
ORGANIZATION_CHANGE = "ledger_core.fiscal_years.operations.check_change"
# Called in its context when its schema was migrated before all others; gives what is wrong with its books:
ORGANIZATION_PROOF = "ledger_core.verification.verify.prove"
# What backups, copies and exports ask of the books (tenancy/lifecycle/books.py):
ORGANIZATION_BOOKS = "ledger_core.lifecycle.books"
# Called once its database is dropped, and again until it succeeds:
ORGANIZATION_DELETED = "ledger_core.attachments.store.delete_folder"
ORGANIZATION_POOL_SIZE = env.int("LEDGER_POOL_SIZE", default=16)  # connections per process and MySQL server
ORGANIZATION_POOL_TIMEOUT = env.float("LEDGER_POOL_TIMEOUT", default=10.0)  # seconds to wait for one
STATEMENT_SECONDS = env.float(
    "LEDGER_STATEMENT_SECONDS", default=30.0
)  # that one statement of a request may run; 0: any
# Of an organization's MySQL user, against whatever gets hold of it: connections at one time, seconds of one statement.
USER_CONNECTIONS = env.int("LEDGER_USER_CONNECTIONS", default=200)
USER_STATEMENT_SECONDS = env.int("LEDGER_USER_STATEMENT_SECONDS", default=3600)
REPLICA_SECONDS = env.float("LEDGER_REPLICA_SECONDS", default=1.0)  # that a report waits for a replica to catch up
ORGANIZATION_OPEN_FILES = env.int("LEDGER_OPEN_FILES", default=32)  # SQLite files kept open per thread
WARM_DATABASES = env.int("LEDGER_WARM_DATABASES", default=0)  # spare databases kept ready per MySQL server
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache -----------------------------------------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
SHARED_CACHE = bool(REDIS_URL)  # only a shared cache may hold what other processes change (memberships, organizations)
if SHARED_CACHE:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,  # Redis down: slower, never wrong
                "LOG_IGNORED_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 0.5,
                "SOCKET_TIMEOUT": 0.5,
            },
        }
    }
else:
    # Counts of attempts live here too: with Django's 300 entries, anybody could push them out by asking often.
    _locmem = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
    CACHES = {"default": _locmem}

# --- Budgets: what one organization may use of the servers, all its people and keys together (0: any) -----------------
BUDGET_REQUESTS = env.int("LEDGER_BUDGET_REQUESTS", default=0 if EMBEDDED else 1200)  # per minute
BUDGET_CONCURRENCY = env.int("LEDGER_BUDGET_CONCURRENCY", default=0 if EMBEDDED else 8)  # at one time
BUDGET_REPORT_SECONDS = env.float("LEDGER_BUDGET_REPORT_SECONDS", default=0.0 if EMBEDDED else 30.0)  # per minute

# --- Jobs ------------------------------------------------------------------------------------------------------------
MONGODB_URL = env("MONGODB_URL", default="")  # empty: job records in the system database
MONGODB_DATABASE = env("MONGODB_DATABASE", default="ledger")
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="")  # empty: Celery's filesystem transport under VAR/broker
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"  # schedules are rows that staff edit
JOB_KINDS = "ledger.jobs.JOBS"

# --- Exchange rates --------------------------------------------------------------------------------------------------
# Where to fetch them: an address with the European Central Bank's daily XML (eurofxref). Empty: nothing is fetched.
EXCHANGE_RATES_URL = env("LEDGER_EXCHANGE_RATES_URL", default="")

# --- Files -----------------------------------------------------------------------------------------------------------
# Any storage of Django's can take the place of the folder; every organization has a folder of its own inside.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(VAR / "attachments"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
MOST_ATTACHMENT_BYTES = env.int("LEDGER_MOST_ATTACHMENT_BYTES", default=10 * 1024 * 1024)  # of one file

# --- Backups ---------------------------------------------------------------------------------------------------------
BACKUP_STORAGE = env("LEDGER_BACKUP_STORAGE", default="")  # file:///FOLDER or s3://BUCKET/PREFIX; empty: none
BACKUP_HOURS = env.int("LEDGER_BACKUP_HOURS", default=24)  # between two backups of an organization that is worked in
# Of each organization: the newest of so many days, weeks and months.
BACKUP_KEEP = tuple(env.list("LEDGER_BACKUP_KEEP", cast=int, default=[7, 4, 12]))
DELETION_GRACE = timedelta(days=env.int("LEDGER_DELETION_GRACE_DAYS", default=30))
# How long the backups of a deleted organization are kept before its key is destroyed.
DELETED_BACKUPS_KEPT = timedelta(days=env.int("LEDGER_DELETED_BACKUPS_DAYS", default=90))

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_REDIRECT_URL = "admin:index"  # staff's log-in page is Django's only one
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:  # the suite logs in thousands of times; one test proves that production uses Argon2
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
SIGN_UP = env("LEDGER_SIGN_UP", default="open")  # open | closed
SIGN_UP_DOMAINS = [d.lower() for d in env.list("LEDGER_SIGN_UP_DOMAINS", default=[])]  # empty: any
REQUIRE_EMAIL_CONFIRMATION = env.bool("LEDGER_REQUIRE_EMAIL_CONFIRMATION", default=True)
MOST_ORGANIZATIONS = env.int("LEDGER_MOST_ORGANIZATIONS", default=100)  # that one person may found
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
EMAIL_CONFIRMATION_TIMEOUT = 3 * 24 * 60 * 60  # seconds
INVITATION_LIFETIME = timedelta(days=7)
# What tenancy tells people's accounts, which stand above it:
MEMBERSHIP_ENDED = "accounts.operations.membership_ended"  # called in the transaction that ends a membership
ADDRESS_PROVED = "accounts.operations.address_proved"  # called when somebody has shown a mailed invitation
ACCESS_TOKEN_LIFETIME = timedelta(minutes=env.int("LEDGER_ACCESS_TOKEN_MINUTES", default=10))
REFRESH_TOKEN_LIFETIME = timedelta(days=env.int("LEDGER_REFRESH_TOKEN_DAYS", default=14))
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": TOKEN_KEY,
    "ISSUER": "ledger",
    "LEEWAY": CLOCK_SKEW,
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
}
_mail = env.email_url("EMAIL_URL", default=f"filemail:///{str(VAR / 'mail').lstrip('/')}")
vars().update({k: v for k, v in _mail.items() if k.startswith("EMAIL_")})
if EMAIL_BACKEND.endswith("filebased.EmailBackend"):  # type: ignore[name-defined]  # noqa: F821
    EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = env("LEDGER_FROM_EMAIL", default="Ledger <ledger@localhost>")

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenancy.rest.CallerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenancy.rest.HasAbility"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenancy.rest.StrictJSONParser"],
    "URL_FORMAT_OVERRIDE": None,  # `format` is the endpoints' own parameter
    "DEFAULT_PAGINATION_CLASS": "tenancy.rest.PageNumberPagination",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "tenancy.rest.SearchFilter",
        "tenancy.rest.OrderingFilter",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "ledger.problems.problem_response",
    "DEFAULT_THROTTLE_RATES": {
        "sign_up": env("LEDGER_RATE_SIGN_UP", default="20/hour"),
        "login": env("LEDGER_RATE_LOGIN", default="30/min"),
        "login_account": env("LEDGER_RATE_LOGIN_ACCOUNT", default="10/min"),
        "mail": env("LEDGER_RATE_MAIL", default="10/hour"),
    },
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ledger API",
    "DESCRIPTION": "Accounting for many organizations. Conventions: docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "tenancy.schema.add_problems"],
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "tenancy.abilities.ROLE_CHOICES",
        "TaxKindEnum": "ledger_core.taxes.kinds.KINDS",
        "TaxReturnStatusEnum": "ledger_core.taxes.kinds.STATUSES",
        "TaxSideEnum": "ledger_core.taxes.kinds.SIDES",
        "ItemKindEnum": "ledger_core.items.operations.KINDS",
        "PriceSourceEnum": "ledger_core.items.serializers.SOURCES",
        "AddressKindEnum": "ledger_core.contacts.serializers.ADDRESS_KINDS",
        "RecurringStateEnum": "ledger_core.recurring.models.RecurringTemplate.State",
        "PublishActionEnum": "ledger_core.recurring.serializers.PUBLISH_ACTIONS",
        "IssueActionEnum": "ledger_core.recurring.serializers.ISSUE_ACTIONS",
        "OpenActionEnum": "ledger_core.recurring.serializers.OPEN_ACTIONS",
        "PaymentStatusEnum": "ledger_core.payments.serializers.STATUSES",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Static files: the admin's, and the built web app ----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WEBAPP_DIST = Path(env("LEDGER_WEBAPP", default=str(BASE_DIR / "webapp" / "dist")))
if (WEBAPP_DIST / "index.html").exists():
    WHITENOISE_ROOT = WEBAPP_DIST  # nginx serves it in production
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)


def _protect_pages(headers: Headers, path: str, url: str) -> None:
    """The app's page is as protected under its file name (/index.html) as under its addresses (ledger.spa)."""
    if path.endswith(".html"):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY


WHITENOISE_ADD_HEADERS_FUNCTION = _protect_pages
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"  # these carry a hash in their names; "/" itself is ledger.spa.page

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Watching ---------------------------------------------------------------------------------------------------------
METRICS = env.bool("LEDGER_METRICS", default=not EMBEDDED)  # /metrics for Prometheus
METRICS_TOKEN = env("LEDGER_METRICS_TOKEN", default="")  # whoever has it may read them from elsewhere
REQUEST_LOG = env.bool("LEDGER_REQUEST_LOG", default=False)  # a line for every request, not only for slow ones
OTEL_ENDPOINT = env(
    "LEDGER_OTEL_ENDPOINT", default=""
)  # of an OpenTelemetry collector (OTLP over HTTP); empty: no traces
LOG_FORMAT = env("LEDGER_LOG_FORMAT", default="line")  # line | json

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "ledger.logs.RequestFilter"}},
    "formatters": {
        "line": {
            "format": (
                "{asctime} {levelname} {name} request={request_id} job={job_id} organization={organization} {message}"
            ),
            "style": "{",
        },
        "json": {"()": "ledger.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["request"],
            "stream": sys.stderr,
        }
    },
    "loggers": {"django.request": {"level": "ERROR"}},  # a 4xx is the caller's business; nginx logs it with its id
    "root": {"handlers": ["console"], "level": env("LEDGER_LOG_LEVEL", default="INFO")},
}
UNFOLD = {
    "SITE_TITLE": "Ledger staff",
    "SITE_HEADER": "Ledger",
    "SITE_SYMBOL": "account_balance",
    "LOGIN": {"form": "accounts.staff_login.StaffLoginForm"},
}
