"""The last published plans [documented] and distributions [recorded]."""

from collections.abc import Mapping

from pydantic import JsonValue

_COLUMNS = ("cpus", "ramInMB", "diskSizeInMB", "pricePerHour", "pricePerHourFrozen", "priceCap")
_LEVELS = {
    "CloudLevel 1": (1, 2048, 102400, 0.02, 0.005, 12.99),
    "CloudLevel 2": (2, 4096, 204800, 0.03, 0.01, 19.99),
    "CloudLevel 3": (4, 8192, 307200, 0.05, 0.015, 29.99),
    "CloudLevel 4": (6, 12288, 512000, 0.08, 0.02, 49.99),
    "CloudLevel 5": (8, 16384, 768000, 0.11, 0.03, 69.99),
    "CloudLevel 6": (12, 32768, 1024000, 0.15, 0.04, 99.99),
    "CloudLevel 1 SSD": (1, 2048, 51200, 0.03, 0.01, 14.99),
    "CloudLevel 2 SSD": (2, 4096, 102400, 0.05, 0.015, 24.99),
    "CloudLevel 3 SSD": (4, 8192, 153600, 0.08, 0.02, 39.99),
    "CloudLevel 4 SSD": (6, 12288, 256000, 0.11, 0.03, 69.99),
    "CloudLevel 5 SSD": (8, 16384, 358400, 0.15, 0.04, 99.99),
    "CloudLevel 6 SSD": (12, 32768, 512000, 0.23, 0.06, 149.99),
}
PLANS: Mapping[int, Mapping[str, JsonValue]] = {
    number: {"id": number, "name": name, **dict(zip(_COLUMNS, row, strict=True))}
    for number, (name, row) in enumerate(_LEVELS.items(), 44)
}
"""Plans by id."""


def new_distribution(name: str, smallest: int = 2048) -> dict[str, JsonValue]:
    """Return a distribution with the usual properties."""
    return {"minDiskSizeMB": smallest, "name": name, "rootdiskMode": "ro", "defaultKernel": "xen-pvops-x86_64"}


DISTRIBUTIONS: Mapping[str, Mapping[str, JsonValue]] = {
    "centos_6_0_64bit": new_distribution("CentOS 6 64-Bit"),
    "centos_7_64bit": new_distribution("CentOS 7 64-Bit", 2560),
    "debian_jessie_64bit": new_distribution("Debian Jessie (8) 64-Bit"),
    "debian_stretch_64bit": new_distribution("Debian Stretch (9) 64-Bit"),
    "fedora_24_64bit": new_distribution("Fedora 24 64-Bit"),
    "opensuse_42_64bit": new_distribution("openSUSE 42.3 64-Bit"),
    "ubuntu_14_4_lts_64bit": new_distribution("Ubuntu 14.04 LTS 64-Bit"),
    "ubuntu_16_4_lts_64bit": new_distribution("Ubuntu 16.04 LTS 64-Bit"),
}
"""Distributions by key."""
