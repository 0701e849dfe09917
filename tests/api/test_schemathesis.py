"""What the description allows and what it forbids, sent to every operation: a short run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import PASSWORD
from tests.api.described import Installation, examine, groups, installation

SEED = 20261121
CASES = 6  # of each operation; `make bench ARGS=schema` sends 2,000 to each group

GROUPS = ["chat", "auth", "bots", "channels", "brands", "conversations", "contacts", "models",
          "knowledge", "learning", "workspaces", "logs", "files", "health"]  # fmt: skip


@pytest.fixture(scope="module")
def place(site, make_workspace) -> Installation:
    return installation(site.url, make_workspace().owner, PASSWORD)


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_answered_is_what_the_description_says(site, place, group):
    description: dict[str, Any] = site.api.openapi()
    operations = dict(groups(description))[group]
    found = examine(place, description, operations, CASES * len(operations), SEED)
    assert not found.failures, f"seed {SEED}\n" + "\n\n".join(
        f"{kind}\n{told}" for kind, told in found.failures.items()
    )
    assert found.cases >= CASES * len(operations)


def test_every_group_is_sent_to(site):
    """The names above are those of the description."""
    assert [name for name, _ in groups(site.api.openapi())] == GROUPS
