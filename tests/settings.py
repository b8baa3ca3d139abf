"""Settings of the test suite: the product's own, on throw-away data.

LEDGER_TEST_ENGINE=sqlite (default): the embedded mode. LEDGER_TEST_ENGINE=mysql: TEST_MYSQL_URL, TEST_REDIS_URL and
TEST_MONGODB_URL name running servers (`deploy/test.sh` starts private ones). Every process has its own folder,
databases and cache, so that pytest-xdist workers do not meet.
"""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

ENGINE = os.environ.get("LEDGER_TEST_ENGINE", "sqlite")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_number = int(WORKER.removeprefix("gw"))
_var = tempfile.mkdtemp(prefix="ledger-test-")
os.mkdir(os.path.join(_var, "static"))  # WhiteNoise looks for it
atexit.register(shutil.rmtree, _var, ignore_errors=True)

for name in ("DATABASE_URL", "REDIS_URL", "MONGODB_URL", "CELERY_BROKER_URL", "EMAIL_URL"):
    os.environ.pop(name, None)
os.environ.update(
    {
        "LEDGER_DEBUG": "1",
        "LEDGER_TESTING": "1",
        "LEDGER_VAR": _var,
        "LEDGER_LOG_LEVEL": "WARNING",
        "LEDGER_RATE_SIGN_UP": "100000/min",
        "LEDGER_RATE_LOGIN": "100000/min",
        "LEDGER_RATE_LOGIN_ACCOUNT": "100000/min",
        "LEDGER_RATE_MAIL": "100000/min",
        "LEDGER_BUDGET_REQUESTS": "0",
        "LEDGER_BUDGET_CONCURRENCY": "0",
        "LEDGER_BUDGET_REPORT_SECONDS": "0",
        "LEDGER_METRICS": "1",
    }
)
if ENGINE == "mysql":
    os.environ["DATABASE_URL"] = os.environ["TEST_MYSQL_URL"].rstrip("/") + "/systemledger"
    os.environ["REDIS_URL"] = urlsplit(os.environ["TEST_REDIS_URL"])._replace(path=f"/{_number}").geturl()
    os.environ["MONGODB_URL"] = os.environ["TEST_MONGODB_URL"]
    os.environ["MONGODB_DATABASE"] = f"ledger_test_{WORKER}"

from ledger.settings import *  # noqa: E402, F403

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
