"""What the examples in docstrings may call without saying where it is from."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.rated import rated


@pytest.fixture(autouse=True)
def _names(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["rated"] = rated
