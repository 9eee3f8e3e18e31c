"""Calls that start, confirm or revert a migration, and the words that speak of waiting for one."""

from __future__ import annotations

# Calls that take the action as a dictionary, and the names of what they are called on.
_ACTION_CALLS = (
    "post_server_action",
    "server_action",
    "api_post",
    "post",
    "action",
    "run_action",
    "post_action",
)
ACTION_CALLS = frozenset((*_ACTION_CALLS, *(f"_{name}" for name in _ACTION_CALLS)))
ACTION_RECEIVER = r"(^|_)(api|client|clients|cloud|session|http|conn)$"

# First-level keys of an action that moves something, and what the action is called in a message.
ACTIONS = {
    "os-migrateLive": "live migration",
    "migrateLive": "live migration",
    "live_migrate": "live migration",
    "migrate": "migration",
    "evacuate": "evacuation",
    "resize": "resize",
    "confirmResize": "resize confirmation",
    "revertResize": "resize revert",
    "os-migrate_volume": "volume migration",
    "os-retype": "retype",
    "migration_start": "share migration",
    "os-migration_start": "share migration",
    "migrate_share": "share migration",
    "os-migrate_share": "share migration",
}

# Methods of a client that say by themselves what they move.
METHODS = {
    "live_migrate_server": "live migration",
    "live_migrate": "live migration",
    "cold_migrate": "migration",
    "migrate_server": "migration",
    "cold_migrate_server": "migration",
    "evacuate_server": "evacuation",
    "resize_server": "resize",
    "confirm_resize_server": "resize confirmation",
    "revert_resize_server": "resize revert",
    "migrate_volume": "volume migration",
    "retype_volume": "retype",
    "migrate_share": "share migration",
    "share_server_migration_start": "share server migration",
    "migration_start": "share migration",
    "migrateToURI": "live migration",
    "migrateToURI2": "live migration",
    "migrateToURI3": "live migration",
}
CLIENT_RECEIVER = r"(^|_)(api|client|clients|cloud|compute|conn|connection|dom|domain)$"

# Methods that mean a migration only on a collection of servers, volumes or shares, or a member of one.
AMBIGUOUS = {
    "live_migrate": "live migration",
    "migrate": "migration",
    "evacuate": "evacuation",
    "resize": "resize",
    "retype": "retype",
    "confirm_resize": "resize confirmation",
    "revert_resize": "resize revert",
}
COLLECTION = r"\.(servers|volumes|shares|share_instances)$"
MEMBER = r"(^|[._])(server|volume|share|vm)\d*$"
FETCHED = r"\.(servers|volumes|shares)\.(get|create|find)$"

# What lists the records of migrations.
RECORDS = r"migrations?(_|$)"

# A helper that stands elsewhere and is called so waits inside (97 of 100 do), or is not known to start
# anything.
HELPER_NAME = (
    r"^_?(live_migrate|cold_migrate|migrate|evacuate|resize|retype|confirm_resize|revert_resize)"
    r"(_server|_volume|_share|_instance)?(_and_\w+|_to_\w+)?$"
)

# Who starts a migration here is the code under test, not a test.
INTERNAL_RECEIVER = (
    r"(?i)(driver|drvr|manager|mgr|conductor|rpcapi|compute_api|volume_api|executor|task|sot|virtapi"
    r"|mock|fake|stub|loader|schema|alembic|migrator)"
)

WORDS = ("igrat", "vacuate", "resize", "Resize", "retype")

# Calls that start what they are given later, or elsewhere.
RUNS_LATER = frozenset(
    {
        "partial",
        "submit",
        "Thread",
        "Process",
        "Timer",
        "start_soon",
        "spawn",
        "spawn_n",
        "spawn_after",
        "run_in_executor",
        "apply_async",
        "call_later",
        "to_thread",
        "create_task",
        "ensure_future",
    }
)

# Tests that are about the request: whether it is refused, or what the answer looks like.
ABOUT_THE_REQUEST = (
    r"(?i)negative|invalid|fail|forbid|denied|unauthori[sz]|not_allowed|policy|rbac|conflict|sample|schema"
    r"|quota"
)
