"""Where a request says what the new thing is to be called, and what makes up a name of its own."""

from __future__ import annotations

# Keywords and keys of a body that hold the name.
NAMES = r"^(name|display_name|title|[A-Z]\w*Name|Name|Bucket|CreationToken)$"

# Functions that make a name nobody else has, each with what a message proposes, by the module it is in.
GENERATORS = {
    "data_utils": "data_utils.rand_name()",
    "uuidutils": "uuidutils.generate_uuid()",
    "uuid": "uuid.uuid4()",
}
GENERATOR = "uuid.uuid4()"

# How deep in a body the name of the thing itself stands: {'server': {'name': ...}}.
DEEPEST = 2
