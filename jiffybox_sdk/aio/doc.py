"""What the service says of itself."""

from jiffybox_sdk import operations
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.data import ModuleDoc


class AsyncDocCalls(AsyncConnection):
    """What a client can ask about the service itself."""

    async def modules(self) -> dict[str, str]:
        """Lists the service's modules: `GET doc` [documented].

        Returns:
            What each is for, in a line of German, by its name.
        """
        return await self.send(operations.list_modules(), dict[str, str])

    async def module(self, name: str) -> ModuleDoc:
        """Reads what the service says of one of its modules: `GET doc/<module>` [documented].

        Args:
            name: Its name, as `modules()` lists it.

        Returns:
            Its calls, and their parameters.

        Raises:
            JiffyNotFoundException: there is no such module.
            JiffyArgumentException: `name` can't be one; nothing was sent.
        """
        return await self.send(operations.get_module(name), ModuleDoc)
