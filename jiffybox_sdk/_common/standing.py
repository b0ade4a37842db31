"""How well a fact about the service is known."""

from enum import StrEnum


class Standing(StrEnum):
    """How well a fact about the service is known. The service itself no longer exists."""

    DOCUMENTED = "documented"
    """The provider's documentation describes it."""

    RECORDED = "recorded"
    """Clients of the service rely on it, or keep such a response in their tests."""

    INFERRED = "inferred"
    """It follows from documented or recorded facts."""

    INVENTED = "invented"
    """The emulator had to choose something, and nothing is known."""
