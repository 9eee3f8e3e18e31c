"""Words by which a test puts something else in the place of what it would talk to."""

from __future__ import annotations

# Anything that may answer for a host, or keep a call from going out.
TRANSPORT = (
    r"(?i)patch|mock|stub|fake|dummy|responses|httpretty|aioresponses|respx|vcr|cassette|betamax|moto_|mock_aws"
    r"|intercept|replay|pook|wiremock|httpserver|pyfakefs|set_?attr|prox(y|ies)|resolver|transport|sandbox"
    r"|disable_?(socket|network)|simulat|requests_mock|recorder|wsgi"
)

# Libraries that answer requests for a whole module once they are imported and switched on.
LIBRARIES = frozenset(
    {
        "responses",
        "requests_mock",
        "httpretty",
        "aioresponses",
        "respx",
        "vcr",
        "betamax",
        "pook",
        "pytest_httpserver",
        "pytest_recording",
        "pyvcr",
        "moto",
    }
)

# Words of marks and names that say of a test that it needs the network: its author knows.
NEEDS_NETWORK = r"(?i)network|internet|online|live|external|remote|connectivity|dns|xfail|expectedFailure"

# Parameters by which pytest and common plugins give something that replaces nothing by itself; what is done
# with it stands in the text.
HARMLESS_FIXTURES = frozenset(
    {
        "self",
        "cls",
        "request",
        "tmp_path",
        "tmp_path_factory",
        "tmpdir",
        "tmpdir_factory",
        "capsys",
        "capfd",
        "capsysbinary",
        "caplog",
        "recwarn",
        "subtests",
        "pytestconfig",
        "record_property",
        "monkeypatch",
        "mocker",
        "event_loop",
        "event_loop_policy",
        "anyio_backend",
        "unused_tcp_port",
        "unused_tcp_port_factory",
        "aiohttp_client",
        "aiohttp_server",
        "aiohttp_unused_port",
        "benchmark",
        "faker",
        "testdir",
        "pytester",
        "worker_id",
        "db",
        "transactional_db",
        "settings",
    }
)

# What replaces sockets or servers, told from one line, or gives the test a network of its own.
SERVER = (
    r"(?i)(patch|mock|stub|fake|setattr)[^\n]*(socket|bind|listen|server|wsgi|reactor|loop|transport)"
    r"|memory_?reactor|namespace|netns|unshare|simulat"
)

# What replaces the file system, told from one line, or moves it to another place.
FILES = (
    r"(?i)(patch|mock|stub|fake|setattr)[^\n]*\b(os|open|io|path(lib)?|shutil|files?|makedirs|mkdir|fs|builtins)\b"
    r"|pyfakefs|chroot|fake_filesystem|memory_?fs|sandbox"
)
