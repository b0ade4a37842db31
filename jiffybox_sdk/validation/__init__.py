"""Validation of raw payloads against the schemas, without a client.

`validate` returns a model or raises, `check` returns all findings, and `guess` guesses the kind of a payload.
`check_path` and `check_stream` check files of any size, and recorded traffic. `redact` copies recorded traffic without
its secrets.
"""

from jiffybox_sdk._common.kind_names import KindName
from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.validation._check import Checked, check, is_valid, validate
from jiffybox_sdk.validation._files import Form, check_path, check_stream
from jiffybox_sdk.validation._findings import Finding, Rule, Severity
from jiffybox_sdk.validation._guess import Candidate, Guess, guess
from jiffybox_sdk.validation._kinds import KINDS
from jiffybox_sdk.validation._redacted import redact
from jiffybox_sdk.validation._results import Result

__all__ = [
    "KINDS",
    "Candidate",
    "Checked",
    "Finding",
    "Form",
    "Guess",
    "KindName",
    "Result",
    "Rule",
    "Severity",
    "Standing",
    "check",
    "check_path",
    "check_stream",
    "guess",
    "is_valid",
    "redact",
    "validate",
]
