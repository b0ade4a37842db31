"""Checks raw payloads against the schemas, for users who have payloads and no client.

`validate` gives a model or raises; `check` gives all that is to be said of a payload.
"""

from jiffybox_sdk.validation.collecting import Checked, check
from jiffybox_sdk.validation.findings import Finding, Rule, Severity, Standing
from jiffybox_sdk.validation.kinds import KINDS
from jiffybox_sdk.validation.raising import validate

__all__ = [
    "KINDS",
    "Checked",
    "Finding",
    "Rule",
    "Severity",
    "Standing",
    "check",
    "validate",
]
