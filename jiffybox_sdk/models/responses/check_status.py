"""Generated from `schemas/check-status.json` by `make generate`. Do not edit."""

from enum import StrEnum


class CheckStatus(StrEnum):
    """The known states of a monitoring check. The service may send others."""

    STATUS_CREATING = "STATUS_CREATING"
    STATUS_READY = "STATUS_READY"
    STATUS_UPDATING = "STATUS_UPDATING"
    STATUS_UPDATED = "STATUS_UPDATED"
    STATUS_DELETING = "STATUS_DELETING"
    STATUS_DELETED = "STATUS_DELETED"
    STATUS_ERROR = "STATUS_ERROR"
    STATUS_OFFLINE = "STATUS_OFFLINE"
    STATUS_CREATED = "STATUS_CREATED"
    STATUS_DEACTIVATING = "STATUS_DEACTIVATING"
    STATUS_DEACTIVATED = "STATUS_DEACTIVATED"
    STATUS_ERROR_RETRY = "STATUS_ERROR_RETRY"
