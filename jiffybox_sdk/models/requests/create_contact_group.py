"""Generated from `schemas/requests/create-contact-group.json` by `make generate`. Do not edit."""

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._request import Request


class CreateContactGroup(Request, frozen=True):
    """Body of `POST contactGroups`."""

    name: Annotated[
        str,
        Field(
            description="1 to 30 characters of a-z, A-Z, 0-9, ä, ö, ü, Ä, Ö, Ü, ß, space, backslash and _ ( ) = ! * @ . - (unique in the account)",
            max_length=30,
            min_length=1,
            pattern="^[a-zA-Z0-9äöüÄÖÜß_()=!*@.\\\\ -]*$",
        ),
    ]
    contacts: Annotated[
        list[
            Annotated[
                str,
                Field(
                    max_length=254,
                    pattern="^[^@\\s\\u001c-\\u001f\\u0085\\ufeff]+@[^@\\s\\u001c-\\u001f\\u0085\\ufeff]+\\.[^@\\s\\u001c-\\u001f\\u0085\\ufeff.]+$",
                ),
            ]
        ],
        Field(description="1 to 10 e-mail addresses", max_length=10, min_length=1),
    ]
