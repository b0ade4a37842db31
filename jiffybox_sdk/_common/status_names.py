"""The known states of a box. Generated from `BoxStatus` by `make generate`. Do not edit."""

from typing import Literal

StatusName = Literal[
    "CREATING",
    "READY",
    "UPDATING",
    "FREEZING",
    "FROZEN",
    "THAWING",
    "CHANGING PLAN",
    "DELETING",
    "RUNNING",
]
"""A known state of a box."""
