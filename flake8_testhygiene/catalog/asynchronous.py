"""Calls besides migrations that answer before they are done: what clients name after a verb and a noun."""

from __future__ import annotations

# Methods of a client, by their exact names: delete_server, but not delete_server_metadata.
METHODS = {
    "reboot_server": "reboot",
    "start_server": "start of a server",
    "stop_server": "stop of a server",
    "rebuild_server": "rebuild",
    "shelve_server": "shelving",
    "shelve_offload_server": "offloading",
    "unshelve_server": "unshelving",
    "rescue_server": "rescue",
    "unrescue_server": "unrescue",
    "attach_volume": "attachment of a volume",
    "detach_volume": "detachment of a volume",
    "attach_interface": "attachment of an interface",
    "detach_interface": "detachment of an interface",
    "create_interface": "attachment of an interface",
    "delete_interface": "detachment of an interface",
    "extend_volume": "extension of a volume",
    "extend_share": "extension of a share",
    "create_snapshot": "creation of a snapshot",
    "create_volume_snapshot": "creation of a snapshot",
    "create_backup": "creation of a backup",
    "create_volume_backup": "creation of a backup",
    "delete_server": "deletion of a server",
    "delete_volume": "deletion of a volume",
    "delete_snapshot": "deletion of a snapshot",
    "delete_volume_snapshot": "deletion of a snapshot",
    "delete_share": "deletion of a share",
}
RECEIVER = r"(^|_)(api|client|clients|cloud|compute|block_storage|conn|connection)$"

# First-level keys of an action that is posted to a server or a volume.
ACTIONS = {
    "reboot": "reboot",
    "os-start": "start of a server",
    "os-stop": "stop of a server",
    "rebuild": "rebuild",
    "shelve": "shelving",
    "shelveOffload": "offloading",
    "unshelve": "unshelving",
    "rescue": "rescue",
    "unrescue": "unrescue",
    "os-extend": "extension of a volume",
}

# What the text of a function contains that starts one of these, and a name that is in the file then.
WORDS = (
    *((f"{name}(", name) for name in METHODS),
    *((f"{mark}{key}{mark}", "post_server_action") for key in ACTIONS for mark in "'\""),
)

# Packages whose clients talk to nobody in tests, or to a service that answers when the work is done.
SYNCHRONOUS_PACKAGES = frozenset(
    {"boto3", "botocore", "boto", "moto", "aiobotocore", "aioboto3", "responses", "requests_mock", "docker"}
)
