"""The documentation of a module of the service."""

from jiffybox_sdk.models.responses import module_doc as fields
from jiffybox_sdk.models.responses.call_doc import CallDoc


class ModuleDoc(fields.ModuleDoc, frozen=True):
    """The service's documentation of one of its modules."""

    @property
    def calls(self) -> dict[str, dict[str, CallDoc]]:
        """The calls, by path within the module, such as `/` and `/<id>`, and by HTTP verb."""
        return {part: calls for part, calls in self.__pydantic_extra__.items() if not isinstance(calls, str)}
