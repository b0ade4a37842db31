"""Generated from `schemas/contact-group-status.json` by `make generate`. Do not edit."""

from enum import StrEnum


class ContactGroupStatus(StrEnum):
    """The known states of a contact group. The service may send others."""

    STATUS_CREATING = "STATUS_CREATING"
    STATUS_READY = "STATUS_READY"
    STATUS_UPDATING = "STATUS_UPDATING"
    STATUS_UPDATED = "STATUS_UPDATED"
    STATUS_DELETING = "STATUS_DELETING"
    STATUS_DELETED = "STATUS_DELETED"
    STATUS_ERROR = "STATUS_ERROR"
