"""Words of tests that go through several steps on purpose, and of what starts afresh."""

from __future__ import annotations

# In the name of a test, its class, its file or a folder: the steps belong together.
STEP_BY_STEP = (
    r"(?i)scenario|crud|life_?cycle|work_?flow|end_?(to|2)_?end|e2e|round_?trip|smoke|journey|(^|_)full(_|$)|stages"
    r"|create_?(and|then|update|get|show|list|delete)|(and|then)_?(delete|destroy|remove|recreate)|_and_.*_and_"
)

# Calls of these change, look at or stand for nothing that a later call of them could notice.
STATELESS = (
    r"^(mock|patch|pytest|unittest|copy|datetime|decimal|functools|io|itertools|json|math|operator|pathlib|re"
    r"|string|struct|textwrap|types|uuid)(\.|$)|^os\.path(\.|$)"
)

# What a class, or a function that makes an object, is called.
MAKER = r"^_*[A-Z]\w*[a-z]|^_*[A-Z]$|^_*(make|build|create|new)(_|$)|^_*(make|build|create|new)[A-Z]"
