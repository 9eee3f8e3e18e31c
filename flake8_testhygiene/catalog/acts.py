"""Methods of a client that change what they are about, and methods whose answer tells what it is like."""

from __future__ import annotations

# Changes something that is there: update_volume, set_server_metadata.
CHANGES = (
    r"^(update|set|unset|rename|modify|change|patch|put|reset|enable|disable|lock|unlock|resize|extend|shrink|retype"
    r"|replace|activate|deactivate|promote|transfer|move)(_|$)"
)
WORDS = (
    ".update",
    ".set_",
    ".unset_",
    ".rename",
    ".modify",
    ".change",
    ".patch",
    ".put",
    ".reset",
    ".enable_",
    ".disable_",
    ".extend_",
    ".shrink_",
)
# Answers with what something is like now.
ANSWERS = (
    r"^_?(get|show|list|find|fetch|detail|describe|read|retrieve|lookup|create|post|boot|build|add|update|set|put|patch)"
    r"(_|$)"
)
RECEIVER = r"(^|_)(api|client|clients|cloud|compute|block_storage|network|image|identity|conn|connection)$"

# Calls that send what they are given, or write it as a text, and leave it as it is.
SENDS = r"^(dumps|dump_as_bytes|encode|urlencode|post|put|patch|request|format|str|repr|len|print|sorted)$"

# A test that asks whether what it hands over stays as it is.
ABOUT_INPUT = (
    r"(?i)mutat|modif|in_?place|cop(y|ies)|unchanged|immutab|untouched|side_?effect|preserv|intact|not_change"
)
