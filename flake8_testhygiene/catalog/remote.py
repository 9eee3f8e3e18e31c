"""Resources behind an API: which calls create them, and which call takes each of them back.

Clients are told by the names they are given; creating and removing verbs pair by the noun behind them.
"""

from __future__ import annotations

# What a client is called: self.api, admin_client, self.os_primary.servers_client, cloud, conn.
CLIENT_NAME = r"(^|_)(client|clients|api|cloud|conn)$"

# The services of a connection, as openstacksdk spells them: conn.compute, self.user_cloud.network.
SERVICE_OF_CLIENT = (
    r"(^|[._])(conn|connection|cloud)\.(accelerator|baremetal|block_storage|block_store|compute|container_infra\w*"
    r"|dns|identity|image|key_manager|load_balancer|messaging|network|object_store|orchestration|placement"
    r"|shared_file_system|share|volume|workflow)$"
)

# Constructors of clients, whatever the name they are bound to; * stands for any characters.
CLIENTS = (
    "boto3.client",
    "boto3.resource",
    "boto3.Session().client",
    "boto3.Session().resource",
    "boto3.session.Session().client",
    "boto3.session.Session().resource",
    "openstack.connect",
    "openstack.connection.Connection",
    "openstack.connection.from_config",
    "docker.from_env",
    "docker.DockerClient",
    "docker.APIClient",
    # kubernetes/client/__init__.py: one class for each group and version.
    "kubernetes.client.*Api",
    "kubernetes.client.api.*Api",
    "kubernetes_asyncio.client.*Api",
    "swiftclient.Connection",
    "swiftclient.client.Connection",
    # python-*client: client.Client(version, ...) and, in most, v2.client.Client(...)
    *(
        f"{project}client{path}"
        for project in (
            "barbican",
            "cinder",
            "designate",
            "glance",
            "heat",
            "ironic",
            "keystone",
            "magnum",
            "manila",
            "mistral",
            "neutron",
            "nova",
            "octavia",
            "senlin",
            "trove",
            "zun",
        )
        for path in (".Client", ".client.Client", ".v*.client.Client", ".client.get_client")
    ),
)

# Clients that call the application in this process: what they create lives and dies with its fixtures.
IN_PROCESS = (
    r"(^|[._])(TestApp|TestClient|test_client|testclient|simulate_\w+)$"
    r"|^(webtest|werkzeug|flask|starlette|fastapi|falcon|rest_framework|django)\."
)

# Collections of a client: nova.servers.create() gives what nova.servers.delete() takes back.
COLLECTION_CREATES = frozenset({"create"})
COLLECTION_CLIENT = (
    r"(^|[._])(clients?|api|nova|cinder|glance|keystone|manila|heat|ironic|docker"
    r"|(nova|cinder|glance|keystone|manila|heat)client)$"
)
COLLECTION = frozenset(
    {
        "aggregates",
        "backups",
        "containers",
        "domains",
        "endpoints",
        "flavors",
        "floating_ips",
        "groups",
        "images",
        "keypairs",
        "networks",
        "nodes",
        "ports",
        "projects",
        "roles",
        "server_groups",
        "servers",
        "share_networks",
        "share_types",
        "shares",
        "stacks",
        "tenants",
        "users",
        "volume_snapshots",
        "volume_types",
        "volumes",
    }
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
    "set": ("unset", "delete", "remove", "clear", "reset"),
    "enable": ("disable",),
}

# What pairs in another way: the method that acquires, and the one that takes it back. Checked against
# tempest/lib/services, nova/tests/functional/api/client.py, swiftclient/client.py and boto3's EC2.
EXCEPTIONS = {
    **{
        f"create_{who}_role_on_{where}": f"delete_role_from_{who}_on_{where}"
        for who in ("user", "group")
        for where in ("project", "domain", "system")
    },
    **{
        f"create_inherited_role_on_{where}s_{who}": f"delete_inherited_role_from_{who}_on_{where}"
        for who in ("user", "group")
        for where in ("project", "domain")
    },
    # openstack/cloud: a quota that is deleted is the default again.
    **{f"set_{service}_quotas": f"delete_{service}_quotas" for service in ("compute", "volume", "network")},
    "post_server_groups": "delete_server_group",
    "add_dhcp_agent_to_network": "delete_network_from_dhcp_agent",
    "create_bulk_networks": "delete_network",
    "create_bulk_subnets": "delete_subnet",
    "create_bulk_ports": "delete_port",
    "register_identity_provider": "delete_identity_provider",
    "register_service_provider": "delete_service_provider",
    "put_container": "delete_container",
    "import_key_pair": "delete_key_pair",
    "run_instances": "terminate_instances",
    "register_image": "deregister_image",
}

# The verbs by which something new comes to be; the others change what is there.
CREATING = frozenset({"create", "post", "allocate", "reserve", "register", "put", "import", "run"})

# Names of clients that are names of many other things too: only creating verbs count on them.
CONNECTIONS = frozenset({"conn"})

# A client made with one of these talks to a server that the test was told of, and that goes with it.
POINTS_ELSEWHERE = frozenset({"endpoint_url", "base_url", "endpoint", "endpoint_override", "host"})

# Calls that create with a verb of the table but hold nothing afterwards; some say how they talk (post_json,
# create_async), or set what goes with the client itself (set_headers, add_auth, add_listener).
NOT_HELD = (
    r"(_|^)(json|form|xml|async|auth|acls?|headers?|state|cookies?|credentials|timeouts?"
    r"|(add|set|enable)_(listeners?|watch(er)?s?|callbacks?|handlers?|hooks?|options?|params?)"
    r"|actions?|queries|query|requests?|events?|tokens?|urls?|uri|body|payload|message|filter"
    r"|(extra|type)_specs?|certificate|image_location|object_continue|object_copy|metadata|metadata_item|tags?|members?|rules?|objects?|version|properties"
    r"|external_events|session|tasks?|object_segments|multipart_upload|presigned_url|change_set)$"
)

# Verbs after which there is nothing left to take back: a transfer that was accepted.
USES_UP = frozenset({"accept"})

# Keys of a request by which one thing is deleted with another.
GOES_WITH_IT = frozenset({"delete_on_termination", "DeleteOnTermination"})

# Keys of a request that put what is created in a group, which is deleted with all that is in it.
IN_A_GROUP = frozenset({"group_id", "consistencygroup_id"})

# Functions that make up names and identifiers.
NAMING = r"(?i)name|uuid|random|rand_|prefix|suffix|string|_id$"

# What exists on its own, whatever it was created with: it must be taken back by itself.
INDEPENDENT = (
    r"(^| )(server|instance|volume|snapshot|image|network|router|port|floating ?ip|floatingip|keypair|flavor"
    r"|aggregate|container|bucket|stack|project|tenant|user|group|domain|role|service|region|(?<!rbac )policy"
    r"|security group|load ?balancer|qos|volume type|share|share network|share type|queue|table"
    r"|vpn ?service"
    r"|topic|cluster|zone|secret|address scope|subnetpool|trunk|vpc|function|database|transfer|credential)$"
)

# Verbs that relate two things, or change the state of one, and make nothing of their own.
RELATES = r"_?(add|associate|assign|attach|lock|deactivate|reserve|set|enable)_|\w+_(on|to|from)_\w+"

# A cleanup called so takes care of whatever the test left, under names we cannot pair.
SWEEPER = (
    r"(?i)(^|_)(clean_?up\w*|clear\w*|purge\w*|sweep\w*|wipe\w*|teardown\w*|tear_down\w*|destroy_all\w*"
    r"|delete_all\w*|remove_all\w*)$"
)

# What a set-up or a teardown calls so puts a whole service back, whatever a test left in it; not what says
# of something else that it is put back, nor what frameworks call so.
STARTS_OVER = (
    r"(?i)^_?reset_?(all|the_\w+|swift|cloud|cluster|servers?|services?|backends?|deployment)$"
    r"|^_?(clean_?up|purge|sweep|wipe|tear_?down|destroy_all|delete_all|remove_all)_?"
    r"(?!\w*(dir|folder|file|path|te?mp|mock|log|patch|cache|thread|proc|time|clock|env|conf|setting|option"
    r"|class|module|method|fixture|credential|skip|warn|hook|state|status|quota|global))\w+$"
)

# Calls that answer requests in the test's place: nothing real is created.
REQUEST_MOCKS = (
    r"(^|\.)(register_uris?|requests_mock|responses|httpretty|aioresponses|respx|vcr|Mocker"
    r"|mock_aws|mock_s3|mock_ec2|Stubber|stub_out|assert_calls)(\.|\(|$)"
)
