"""The gallery of hostile and malformed files: what each is, how it is built, and what the tool must say of it.

Nothing binary lies in the repository: every file is built on the spot. The groups are those in which such files come.
"""

from __future__ import annotations

from tests.support.hostile_packages import OTHERS, PACKAGES
from tests.support.hostile_tables import TABLES
from tests.support.hostile_texts import CSV, YAML

FILES = [*PACKAGES, *OTHERS, *TABLES, *CSV, *YAML]
