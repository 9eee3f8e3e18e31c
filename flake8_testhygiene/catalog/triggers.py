"""Words that a file must contain before anything in it can be acquired, changed or moved."""

from __future__ import annotations

from flake8_testhygiene.catalog import migrations, remote, resources, states

# A word counts only where the module it comes from is named too: not every Manager( is multiprocessing's.
_CALLED = {
    (f"{row.acquire.rpartition('.')[2]}(", row.acquire.split(".")[0] if "." in row.acquire else "")
    for row in resources.LOCAL
    if row.kind != "patch"
}
_CHANGING = {name for state in states.STATES if not state.strict for name in state.calls}
_CHANGED = {state.target for state in states.STATES if not state.strict and not state.calls}
_ENVIRON = {name for name in _CHANGING if name.startswith("os.environ.")}


ACQUIRES: tuple[tuple[str, str], ...] = tuple(sorted(_CALLED))
CREATES = tuple(f"{verb}_" for verb in remote.VERBS)
PATCHES = ((".start(", "patch"),)
CHANGES = ("environ", *sorted(name.rpartition(".")[2] for name in (_CHANGING | _CHANGED) - _ENVIRON))
# An assignment to an attribute or an item of anything.
CHANGES_AT_ALL = (*CHANGES, "sys.path", "sys.modules", "=")
MIGRATES = migrations.WORDS
