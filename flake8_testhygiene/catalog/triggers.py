"""Text that a file must contain before anything in it can be acquired or changed."""

from __future__ import annotations

from flake8_testhygiene.catalog import remote, resources, states

_NAMES = sorted(
    {row.acquire.rpartition(".")[2] for row in resources.LOCAL} - {"patch", "object", "dict", "multiple"}
)

ACQUIRES = rf"\b(?:{'|'.join(_NAMES)})\("
CREATES = rf"\b_?(?:{'|'.join(remote.VERBS)})_\w+\("
PATCHES = r"\.start\("

_CALLS = {name for state in states.STATES if not state.strict for name in state.calls}
_TARGETS = {state.target for state in states.STATES if not state.strict and not state.calls} | {"os.environ"}
CHANGES = "|".join(sorted({rf"\b{name.rpartition('.')[2]}\b" for name in _CALLS | _TARGETS}))
# An assignment to an attribute of anything.
CHANGES_AT_ALL = rf"{CHANGES}|sys\.(path|modules)|\w\.\w+ = "
