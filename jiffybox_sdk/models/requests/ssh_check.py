"""Made from ``schemas/requests/ssh-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class SshCheck(NewCheck, frozen=True):
    """A new check of whether an SSH server answers: what `POST monitoring` takes."""

    checkType: Annotated[Literal["ssh"], Field(description="the type of the check")] = "ssh"
