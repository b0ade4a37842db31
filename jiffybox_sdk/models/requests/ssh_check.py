"""Generated from `schemas/requests/ssh-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class SshCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that an SSH server answers."""

    checkType: Annotated[Literal["ssh"], Field(description="the type of the check")] = "ssh"
