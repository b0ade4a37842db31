"""The service's documentation for its own modules."""

from typing import TYPE_CHECKING

from jiffybox_sdk import operations
from jiffybox_sdk.aio._connection import AsyncConnection

if TYPE_CHECKING:
    from jiffybox_sdk._records.module_doc import ModuleDoc


class AsyncDocCalls(AsyncConnection):
    """The client's methods for the service's documentation."""

    async def modules(self) -> dict[str, str]:
        """Return the service's modules by name, each with a line of German text: `GET doc` [documented]."""
        return await self._send(operations.list_modules(), dict[str, str])

    async def module(self, name: str) -> "ModuleDoc":
        """Return the documentation of a module: `GET doc/<module>` [documented].

        Args:
            name: The module's name, as in `modules()`.

        Returns:
            The module's calls and their parameters.

        Raises:
            JiffyNotFoundException: If the module does not exist.
            JiffyArgumentException: If `name` is not a valid name. Nothing is sent.
        """
        from jiffybox_sdk._records.module_doc import ModuleDoc  # noqa: PLC0415 (few programs need it)

        return await self._send(operations.get_module(name), ModuleDoc)
