"""The command's optional dependencies. This module needs none of them."""

_PACKAGES = ("click", "platformdirs", "rich")


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """Return a message if the missing module belongs to the extra `cli`, else `None`."""
    package = (error.name or "").partition(".")[0]
    return f"the command needs {package}: pip install 'jiffybox-sdk[cli]'" if package in _PACKAGES else None
