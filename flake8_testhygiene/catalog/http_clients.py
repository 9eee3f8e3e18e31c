"""Pools, sessions and clients of HTTP libraries, which keep connections open between requests."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

# urllib3/__init__.py, connectionpool.py and poolmanager.py: every name a pool can be imported by.
POOLS = (
    "urllib3.HTTPConnectionPool",
    "urllib3.HTTPSConnectionPool",
    "urllib3.connection_from_url",
    "urllib3.connectionpool.HTTPConnectionPool",
    "urllib3.connectionpool.HTTPSConnectionPool",
    "urllib3.connectionpool.connection_from_url",
    "urllib3.contrib.socks.SOCKSHTTPSConnectionPool",
    "urllib3.contrib.socks.SOCKSHTTPConnectionPool",
)
POOL_MANAGERS = (
    "urllib3.PoolManager",
    "urllib3.ProxyManager",
    "urllib3.proxy_from_url",
    "urllib3.poolmanager.PoolManager",
    "urllib3.poolmanager.ProxyManager",
    "urllib3.poolmanager.proxy_from_url",
    "urllib3.contrib.socks.SOCKSProxyManager",
)
# A connection belongs to whoever took it out of the pool, until it is put back.
TAKEN_FROM_A_POOL = tuple(f"{pool}().{method}" for pool in POOLS for method in ("_get_conn", "_new_conn"))
SENDS = ("request", "get", "post", "put", "patch", "delete", "head", "options", "send", "stream")

HTTP_CLIENTS = (
    *(Resource(name, "pool", "network", (".close",), ".close", named=True) for name in POOLS),
    *(Resource(name, "pool manager", "network", (".clear",), ".clear") for name in POOL_MANAGERS),
    *(
        Resource(
            name,
            "connection",
            "network",
            (".close",),
            ".close",
            manages=False,
            named=True,
            uses=("request", "connect", "_make_request"),
        )
        for name in TAKEN_FROM_A_POOL
    ),
    *(
        Resource(
            name,
            "connection",
            "network",
            (".close",),
            ".close",
            manages=False,
            begins=("request", "connect"),
        )
        for name in ("urllib3.connection.HTTPConnection", "urllib3.connection.HTTPSConnection")
    ),
    *(
        Resource(name, "session", "network", (".close",), ".close", begins=SENDS, strict=True)
        for name in ("requests.Session", "requests.session", "requests.sessions.Session")
    ),
    *(
        Resource(name, "session", "network", (".close", ".detach"), ".close")
        for name in ("aiohttp.ClientSession", "aiohttp.client.ClientSession")
    ),
    # With a transport of their own they talk to a function of the test.
    *(
        Resource(
            name,
            "client",
            "network",
            (".close", ".aclose"),
            ".close" if name == "httpx.Client" else ".aclose",
            begins=SENDS,
            not_with=("transport", "app", "mounts"),
        )
        for name in ("httpx.Client", "httpx.AsyncClient")
    ),
)
