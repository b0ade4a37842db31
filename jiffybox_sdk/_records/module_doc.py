"""The documentation for one of the service's modules."""

from jiffybox_sdk.models.responses import module_doc as fields
from jiffybox_sdk.models.responses.call_doc import CallDoc


class ModuleDoc(fields.ModuleDoc, frozen=True):
    """The service's documentation for one of its modules."""

    @property
    def calls(self) -> dict[str, dict[str, CallDoc]]:
        """The calls by path within the module, such as `/` or `/<id>`, and then by HTTP verb."""
        return {part: calls for part, calls in self.__pydantic_extra__.items() if not isinstance(calls, str)}
