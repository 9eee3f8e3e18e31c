"""Words that tell how an operation ended, why it failed, and where or in what state its subject is now."""

from __future__ import annotations

# States that say an operation has failed, in small letters.
FAILED = frozenset({"error", "failed"})
# The literals in a test's text that may be such a state.
FAILED_WORDS = tuple(
    f"{mark}{word}{mark}" for word in ("error", "failed", "ERROR", "FAILED") for mark in "'\""
)

# Where something is. The first field of a pair of names that a client and an object use.
LOCATIONS = frozenset(
    {
        "OS-EXT-SRV-ATTR:host",
        "OS-EXT-SRV-ATTR:hypervisor_hostname",
        "os-vol-host-attr:host",
        "host",
        "hypervisor_hostname",
        "node",
        "compute_host",
    }
)
# In what state something is.
STATES = frozenset(
    {
        "status",
        "state",
        "vm_state",
        "task_state",
        "power_state",
        "OS-EXT-STS:vm_state",
        "OS-EXT-STS:task_state",
        "OS-EXT-STS:power_state",
        "migration_status",
    }
)
# What the record of an operation repeats of the request: the same whatever the operation ran into.
REQUESTED = frozenset(
    {
        "migration_type",
        "source_compute",
        "dest_compute",
        "source_node",
        "dest_node",
        "dest_host",
        "instance_uuid",
        "id",
        "uuid",
        "name",
    }
)
# Functions that tell where something is.
LOCATES = r"^_?(get|find|lookup|fetch)_(\w+_)?host(_of|_for)?(_\w+)?$"

# Words that speak of the reason of a failure, or of a trace that it leaves.
REASONS = (
    r"(?i)fault|message|(\b|_)msg|(\b|_)exc(eption)?s?(\b|_)|traceback|reason|detail|events?(\b|_)|notif"
    r"|(\b|_)logs?(\b|_|ger)|stdlog|action_fail|instance_action|raises|not_?found|no_?valid_?host|std_?err"
    r"|(?-i:[a-z](Error|Exception)\b)"
)

# What in a test makes an operation fail on purpose: the reason is known then.
MADE_TO_FAIL = r"^(side_effect|patch|patch_\w+|stub|stub_out|stub_with|MockPatch\w*|monkeypatch|mocker)$"

# Calls that look at the record of an operation.
RECORDS = r"(?i)migration|action|event|task"
