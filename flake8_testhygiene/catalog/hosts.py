"""Names and addresses of hosts: which of them belong to nobody, so that a test may use them freely."""

from __future__ import annotations

# RFC 2606 and RFC 6761, and what is used for networks of one's own.
RESERVED = (
    r"(?i)(^|\.)(example\.(com|net|org)|example|test|invalid|localhost|local|localdomain|internal|intranet"
    r"|private|corp|home|lan|onion|arpa|fake|dummy|mock|testserver)\.?$"
)

# The last part of a name that the public DNS answers for: of the general ones those in wide use.
PUBLIC = (
    r"(?i)^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.(com|net|org|edu|gov|mil|int|info|biz|io|dev|app|cloud|ai|co|us|uk|eu"
    r"|de|fr|nl|ch|at|it|es|pt|be|se|no|fi|dk|pl|cz|ru|ua|jp|cn|kr|in|tw|hk|sg|au|nz|ca|br|mx|ar|za|ie|il|tr"
    r"|xyz|tech|online|site|store|page)\.?$"
)

# The beginning of a URL, and its host with what stands behind that.
BEGINS_URL = r"(?i)^(?:https?|wss?|ftp|git|ssh|grpc)://"
URL = BEGINS_URL + r"(?:[^/@\s]*@)?(\[[^\]]+\]|[^/:?#\s\]]+)(?=([/:?#])|$)"

# How a text looks that holds a host somebody may answer for: a URL, a public name, an address.
LOOKS_LIKE_ONE = (
    r"['\"](?:(?:https?|wss?|ftp|git|ssh|grpc)://"
    r"|[\w.-]+\.(?:com|net|org|edu|gov|io|dev|app|cloud|ai|[a-z]{2})['\"/:]"
    r"|\d{1,3}(?:\.\d{1,3}){3}['\"/:]|[0-9a-fA-F]{1,4}:[0-9a-fA-F:]+['\"])"
)
