"""What the service says of itself."""

from jiffybox_sdk import operations
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.data import ModuleDoc


class DocCalls(Connection):
    """What a client can ask about the service itself."""

    def modules(self) -> dict[str, str]:
        """Lists the service's modules: `GET doc` [documented].

        Returns:
            What each is for, in a line of German, by its name.
        """
        return self.send(operations.list_modules(), dict[str, str])

    def module(self, name: str) -> ModuleDoc:
        """Reads what the service says of one of its modules: `GET doc/<module>` [documented].

        Args:
            name: Its name, as `modules()` lists it.

        Returns:
            Its calls, and their parameters.

        Raises:
            JiffyNotFoundException: there is no such module.
            JiffyArgumentException: `name` can't be one; nothing was sent.
        """
        return self.send(operations.get_module(name), ModuleDoc)
