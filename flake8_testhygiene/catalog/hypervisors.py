"""Connections to libvirt, and what is made through them: domains, networks, pools."""

from __future__ import annotations

from flake8_testhygiene.catalog.resource import Resource

# libvirt.py, as generated: what create makes runs until it is destroyed, what define makes stays on disk.
OPENS = ("libvirt.open", "libvirt.openReadOnly", "libvirt.openAuth")
DESTROYED = (".destroy", ".destroyFlags", ".shutdown")
UNDEFINED = (".undefine", ".undefineFlags")
CREATES = {"createXML": "domain", "networkCreateXML": "network"}
DEFINES = {"defineXML": "domain", "networkDefineXML": "network"}
POOLS = {"storagePoolCreateXML": (".destroy",), "storagePoolDefineXML": (".undefine",)}

HYPERVISORS = (
    *(Resource(name, "connection", "network", (".close",), ".close", manages=False) for name in OPENS),
    *(
        Resource(
            f"{name}().{method}",
            noun,
            "remote",
            DESTROYED[: 2 if noun == "domain" else 1],
            ".destroy",
            manages=False,
        )
        for name in OPENS
        for method, noun in CREATES.items()
    ),
    *(
        Resource(
            f"{name}().{method}",
            noun,
            "remote",
            UNDEFINED[: 2 if noun == "domain" else 1],
            ".undefine",
            manages=False,
        )
        for name in OPENS
        for method, noun in DEFINES.items()
    ),
    *(
        Resource(f"{name}().{method}", "storage pool", "remote", releases, releases[0], manages=False)
        for name in OPENS
        for method, releases in POOLS.items()
    ),
)
