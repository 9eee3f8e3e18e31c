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
)
