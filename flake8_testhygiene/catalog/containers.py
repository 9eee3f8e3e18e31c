"""Containers that can be changed: what makes one, and what changes it."""

from __future__ import annotations

MAKERS = frozenset(
    {
        "list",
        "dict",
        "set",
        "bytearray",
        "collections.defaultdict",
        "collections.OrderedDict",
        "collections.Counter",
        "collections.deque",
    }
)

FILLS = frozenset({"append", "appendleft", "insert", "add", "extend", "extendleft", "update", "setdefault"})
EMPTIES = frozenset({"pop", "popleft", "popitem", "remove", "discard", "clear"})
REORDERS = frozenset({"sort", "reverse"})

# Names of containers that tests are to put things into.
COLLECTING = (
    r"(?i)(^|_)(creat\w*|clean\w*|delet\w*|remov\w*|undo|trash|dispos\w*|caches?|cached|registry|seen|calls|events"
    r"|results?|messages|log|logs|errors|warnings|output|records?|history)(_|$)"
)
