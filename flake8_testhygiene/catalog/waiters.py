"""Calls that block until an outcome is reached or fail, and calls that only look."""

from __future__ import annotations

from flake8_testhygiene.catalog import outcomes

# MaxRetryError is no waiter.
NAME = (
    r"(?i)(^|_)(wait|poll|retry|until|eventually|await)|waiter"
    r"|(?-i:[a-z](Wait|Poll|Retry)(?!\w*(Error|Exception)))"
)
# Waiting for something to be gone is not waiting for what was done to it.
FOR_THE_END = r"(?i)delet|terminat|remov|destroy|gone|absent"
# What the text of a function contains that waits.
WORDS = ("wait", "Wait", "poll", "Poll", "retry", "Retry", "until", "eventually", "sleep")
ASSERTING_WAITER = r"(?i)^_?assert\w*(action_fail|eventually|within|until)|^_?verify\w*(complet|finish)"
RECEIVER = r"(^|\.)waiters?$|(^|_)waiter$"
KEYWORDS = frozenset({"wait", "wait_until", "wait_for_status", "wait_for", "wait_for_state", "timeout"})

# Keywords by which a request says what answer it expects.
STATUS_KEYWORDS = frozenset({"check_response_status", "expected_status", "status", "expected_code"})

# Waiters that never fail and return whether it came to what they wait for.
ANSWERING = (
    "tempest.lib.common.utils.test_utils.call_until_true",
    "tempest.test.call_until_true",
)

# What a wait with a timeout is called on, and by which methods; both give the answer back.
EVENTS = ("threading.Event", "multiprocessing.Event", "threading.Condition", "multiprocessing.Condition")
WAITS_ON_EVENT = {"wait": 0, "wait_for": 1}

# Reading a state from a client or a fetched object.
READ = r"^_?(get|show|list|find|fetch|detail|describe|refresh|reload|search|query|read|retrieve|lookup)"

# Words in an assertion that speak of completion: status of a migration record, task state.
COMPLETED = frozenset(
    {
        "completed",
        "complete",
        "done",
        "success",
        "succeeded",
        "finished",
        "error",
        "failed",
        "confirmed",
        "reverted",
        "migration_success",
    }
)

# Fields that tell in what state something is, or where.
STATE_FIELDS = frozenset(
    {
        *outcomes.STATES,
        "OS-EXT-SRV-ATTR:host",
        "OS-EXT-SRV-ATTR:hypervisor_hostname",
        "host",
    }
)
