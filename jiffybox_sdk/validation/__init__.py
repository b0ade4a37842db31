"""Checks raw payloads against the schemas, for users who have payloads and no client.

`validate` gives a model or raises; `check` gives all that is to be said of a payload; `guess` says what a payload may
be; `check_path` and `check_stream` look at files of any size.
"""

from jiffybox_sdk.validation._check import Checked, check
from jiffybox_sdk.validation._files import Form, Result, check_path, check_stream
from jiffybox_sdk.validation._findings import Finding, Rule, Severity, Standing
from jiffybox_sdk.validation._guess import Candidate, Guess, guess
from jiffybox_sdk.validation._kinds import KINDS
from jiffybox_sdk.validation._validate import validate

__all__ = [
    "KINDS",
    "Candidate",
    "Checked",
    "Finding",
    "Form",
    "Guess",
    "Result",
    "Rule",
    "Severity",
    "Standing",
    "check",
    "check_path",
    "check_stream",
    "guess",
    "validate",
]
