"""How well a fact about the service is known."""

from enum import StrEnum


class Standing(StrEnum):
    """How well a fact about the service is known. The service itself no longer exists."""

    DOCUMENTED = "documented"
    """The provider's documentation describes it."""

    RECORDED = "recorded"
    """Clients for the service rely on it or keep such a response in their tests."""

    INFERRED = "inferred"
    """It follows from documented or recorded facts."""

    INVENTED = "invented"
    """Nothing is known, so the emulator had to choose something."""
