"""Resources behind an API: which calls create them, and which call takes each of them back.

Clients are told by the names they are given; creating and removing verbs pair by the noun behind them.
"""

from __future__ import annotations

# What a client is called: self.api, admin_client, self.os_primary.servers_client, cloud, conn.
CLIENT_NAME = r"(^|_)(client|clients|api|cloud|conn)$"

# Constructors of clients, whatever the name they are bound to.
CLIENTS = (
    "boto3.client",
    "boto3.resource",
    "boto3.Session().client",
    "boto3.session.Session().client",
    "openstack.connect",
    "openstack.connection.Connection",
    "docker.from_env",
    "docker.DockerClient",
    "docker.APIClient",
    "kubernetes.client.CoreV1Api",
    "kubernetes.client.AppsV1Api",
    "kubernetes.client.BatchV1Api",
    "novaclient.client.Client",
    "cinderclient.client.Client",
    "glanceclient.client.Client",
    "glanceclient.Client",
    "keystoneclient.client.Client",
    "neutronclient.v2_0.client.Client",
    "manilaclient.client.Client",
)

# Verb that acquires: verbs that take it back, the first one is what a message proposes.
VERBS = {
    "create": ("delete", "remove", "destroy", "terminate", "purge", "drop"),
    "post": ("delete",),
    "add": ("remove", "delete"),
    "attach": ("detach",),
    "associate": ("disassociate", "dissociate"),
    "allocate": ("deallocate", "release", "free"),
    "assign": ("unassign", "remove", "delete"),
    "deactivate": ("reactivate",),
    "lock": ("unlock",),
    "reserve": ("unreserve", "release"),
}

# The verbs by which something new comes to be; the others change what is there.
CREATING = frozenset({"create", "post", "allocate", "reserve"})

# Names of clients that are names of many other things too: only creating verbs count on them.
CONNECTIONS = frozenset({"conn"})

# A client made with one of these talks to a server that the test was told of, and that goes with it.
POINTS_ELSEWHERE = frozenset({"endpoint_url", "base_url", "endpoint", "endpoint_override", "host"})

# Calls that create with a verb of the table but hold nothing afterwards.
NOT_HELD = (
    r"(_|^)(actions?|queries|query|requests?|events?|tokens?|urls?|uri|body|payload|message|filter"
    r"|extra_specs?|metadata|metadata_item|tags?|members?|rules?|objects?|version|properties"
    r"|external_events|session|object_segments|multipart_upload|presigned_url|change_set)$"
)

# Verbs after which there is nothing left to take back: a transfer that was accepted.
USES_UP = frozenset({"accept"})

# Functions that make up names and identifiers.
NAMING = r"(?i)name|uuid|random|rand_|prefix|suffix|string|_id$"

# What exists on its own, whatever it was created with: it must be taken back by itself.
INDEPENDENT = (
    r"(^| )(server|instance|volume|snapshot|image|network|router|port|floating ?ip|floatingip|keypair|flavor"
    r"|aggregate|container|bucket|stack|project|tenant|user|group|domain|role|service|region|policy"
    r"|security group|load ?balancer|qos|volume type|share|share network|share type|queue|table"
    r"|topic|cluster|zone|secret|address scope|subnetpool|trunk|vpc|function|database|transfer|credential)$"
)

# Verbs that relate two things, or change the state of one, and make nothing of their own.
RELATES = r"_?(add|associate|assign|attach|lock|deactivate|reserve)_|\w+_(on|to|from)_\w+"

# A cleanup called so takes care of whatever the test left, under names we cannot pair.
SWEEPER = (
    r"(?i)(^|_)(clean_?up\w*|clear\w*|purge\w*|sweep\w*|wipe\w*|teardown\w*|tear_down\w*|destroy_all\w*"
    r"|delete_all\w*|remove_all\w*)$"
)

# Calls that answer requests in the test's place: nothing real is created.
REQUEST_MOCKS = (
    r"(^|\.)(register_uris?|requests_mock|responses|httpretty|aioresponses|respx|vcr|Mocker"
    r"|mock_aws|mock_s3|mock_ec2|Stubber|stub_out|assert_calls)(\.|\(|$)"
)
