"""Text that a file must contain before anything in it can be acquired or changed."""

from __future__ import annotations

import re

from flake8_testhygiene.catalog import remote, resources, states

_NAMES = sorted(
    {row.acquire.rpartition(".")[2] for row in resources.LOCAL} - {"patch", "object", "dict", "multiple"}
)

ACQUIRES = rf"\b(?:{'|'.join(_NAMES)})\("
CREATES = rf"\b_?(?:{'|'.join(remote.VERBS)})_\w+\("
PATCHES = r"\.start\("
CHANGES = "|".join(
    sorted({re.escape(name) for state in states.STATES for name in (*state.calls, state.target)})
)
