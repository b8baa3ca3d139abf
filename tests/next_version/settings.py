"""The product's settings with the next version's migrations, for processes of tests and loads."""

from ledger.settings import *  # noqa: F403
from tests.next_version import MIGRATION_MODULES as MIGRATION_MODULES
