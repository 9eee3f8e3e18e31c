"""Words that a file must contain before anything in it can be acquired, changed or moved."""

from __future__ import annotations

from flake8_testhygiene.catalog import migrations, remote, resources, states

# A word counts only where the module it comes from is named too: not every Manager( is multiprocessing's.
_FROM = {row: row.acquire.lstrip("*.").replace("()", "").split(".") for row in resources.LOCAL}
# What *context.wrap_socket is called on may have any name that ends so.
_ON_ANYTHING = ("*context.", "*listener.")
# Names that a method of anything may have: these count behind the name of their class only.
_OF_ANYTHING = ("create", "connect")
_CALLED = {
    (
        f"{'.'.join(names[-2:]) if names[-1] in _OF_ANYTHING and len(names) > 2 else names[-1]}(",
        names[0] if len(names) > 1 and not row.acquire.startswith(_ON_ANYTHING) else "",
    )
    for row, names in _FROM.items()
    if row.kind != "patch"
}
# An heir of Thread goes by another name, and is started all the same.
_BEGUN = {
    (f".{begin}(", names[-1])
    for row, names in _FROM.items()
    for begin in row.begins
    if begin == "start" and row.kind != "patch"
}
_STARTED = {
    (".start(", "patch" if "patch" in names else names[0])
    for row, names in _FROM.items()
    if row.kind == "patch" and "start" in row.begins
}
_CHANGES = {
    (name.rpartition(".")[2], name.split(".")[0], state.strict)
    for state in states.STATES
    for name in state.calls or (state.target,)
    if state.target != "os.environ"
}


ACQUIRES: tuple[tuple[str, str], ...] = tuple(sorted(_CALLED | _BEGUN))
CREATES = (
    *(f".{verb}_" for verb in remote.VERBS),
    *(f".{name}(" for name in sorted(remote.EXCEPTIONS)),
    *(f"s.{verb}(" for verb in sorted(remote.COLLECTION_CREATES)),
)
PATCHES: tuple[tuple[str, str], ...] = tuple(sorted(_STARTED))
CHANGES: tuple[str | tuple[str, str], ...] = (
    "environ",
    "putenv",
    "unsetenv",
    *sorted((last, root) for last, root, strict in _CHANGES if not strict),
)
CHANGES_BY_NAME: tuple[str | tuple[str, str], ...] = (
    *CHANGES,
    *sorted((last, root) for last, root, strict in _CHANGES if strict),
)
# An assignment to an attribute or an item of anything.
CHANGES_AT_ALL: tuple[str | tuple[str, str], ...] = (*CHANGES_BY_NAME, "=")
MIGRATES = migrations.WORDS
