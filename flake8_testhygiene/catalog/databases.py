"""Connections to databases, and the engines that pool them."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

# PEP 249: what connect() gives is closed with close(). Whether ``with`` closes it is each driver's affair:
# sqlite3 and psycopg2 end a transaction, the others close.
ENDS_A_TRANSACTION = ("sqlite3.connect", "psycopg2.connect")
CLOSES = (
    "psycopg.connect",
    "pymysql.connect",
    "MySQLdb.connect",
    "mysql.connector.connect",
    "oracledb.connect",
)
# A connection is taken from the engine's pool until it is closed; the engine of oslo.db comes from a
# function of the project.
ENGINES = ("sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "*get_engine")
OWN_ENGINES = ENGINES[:2]
# A session takes a connection with the first thing it is asked, and has it until it is closed. The session of
# oslo.db and the scoped ones belong to the function, or to the thread.
SESSIONS = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.session.Session",
    "sqlalchemy.orm.sessionmaker()",
)
ASKS = (
    "add",
    "add_all",
    "begin",
    "connection",
    "delete",
    "execute",
    "flush",
    "get",
    "merge",
    "query",
    "scalar",
    "scalars",
)
# redis/client.py, redis/cluster.py, redis/sentinel.py: connections are pooled until the client is closed.
REDIS = (
    "redis.Redis",
    "redis.StrictRedis",
    "redis.RedisCluster",
    "redis.from_url",
    "redis.Redis.from_url",
    "redis.client.Redis",
)
REDIS_ASKED = (
    "ping",
    "get",
    "set",
    "delete",
    "execute_command",
    "flushall",
    "flushdb",
    "hset",
    "lpush",
    "publish",
)

DATABASES = (
    *(
        Resource(name, "connection", "database", (".close",), ".close", manages=name in CLOSES)
        for name in (*ENDS_A_TRANSACTION, *CLOSES)
    ),
    *(
        Resource(f"{name}().connect", "connection", "database", (".close",), ".close", named=True)
        for name in ENGINES
    ),
    *(
        Resource(
            f"{name}().raw_connection",
            "connection",
            "database",
            (".close",),
            ".close",
            manages=False,
            named=True,
        )
        for name in ENGINES
    ),
    # An engine opens nothing before it is asked for a connection.
    *(
        Resource(
            name,
            "engine",
            "database",
            (".dispose",),
            ".dispose",
            manages=False,
            begins=("connect", "begin", "raw_connection", "execute"),
            strict=True,
        )
        for name in OWN_ENGINES
    ),
    *(
        Resource(name, "session", "database", (".close", ".close_all"), ".close", begins=ASKS, strict=True)
        for name in SESSIONS
    ),
    *(
        Resource(
            name,
            "client",
            "database",
            (".close", ".disconnect"),
            ".close",
            begins=REDIS_ASKED,
            strict=True,
        )
        for name in REDIS
    ),
)
