"""Where a literal UUID is what it has to be."""

from __future__ import annotations

# Below these, ids are data, or mirror a document on disk.
SAMPLE_FOLDERS = ("fixtures", "*notification_sample*")

# Modules of samples and fake data hold their ids by design.
SAMPLE_MODULES = ("fakes", "*_data", "*_samples*", "*samples", "*_fakes")

# Callees that read, check or make a UUID from its text.
PARSING = (
    r"(?i)^(uuid\d?|is_uuid\w*|\w*uuid_?(like|valid\w*|pars\w*|convert\w*|field|type|schema)"
    r"|(is_?)?(valid|validate|check|parse|convert|normali[sz]e|format|clean|coerce)\w*_?uuid\w*"
    r"|(to|from|as|bin)_uuid\w*|uuid_?(to|from|of|str|hex)\w*)$"
)

# Constants of specifications, which cannot be otherwise: RFC 4122 name spaces, the key of RFC 6455.
SPECIFIED = frozenset(
    {
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        "258eafa5-e914-47da-95ca-c5ab0dc85b11",
    }
)

# Keys of a versioned object written out: such a dictionary mirrors a notification sample on disk.
DOCUMENT_KEY = r"\w+_object\.(name|data|namespace|version|changes)$"
