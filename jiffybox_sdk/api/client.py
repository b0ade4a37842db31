"""The entry point: one account at the service."""

import os
import weakref
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict, TypeVar, Unpack

from jiffybox_sdk import arguments, operations
from jiffybox_sdk.api.box import Box
from jiffybox_sdk.api.distribution import Distribution
from jiffybox_sdk.api.plan import Plan, plan_id
from jiffybox_sdk.api.record import attach
from jiffybox_sdk.checking import reader
from jiffybox_sdk.clock import Clock, SystemClock
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

    from jiffybox_sdk.models.message import Message
    from jiffybox_sdk.operations import Operation
    from jiffybox_sdk.policies import Retry

T = TypeVar("T")

API_URL = "https://api.jiffybox.de"
API_VERSION = "v1.0"


class ClientOptions(TypedDict, total=False):
    """The keyword arguments of `JiffyBox`."""

    timeout: float | timedelta | None
    total_timeout: float | timedelta | None
    retry: "Retry | None"
    transport: "httpx.BaseTransport | None"
    allow_plain_http: bool
    on_message: "Callable[[Message, Operation], object] | None"
    clock: Clock | None


class JiffyBox:
    """An account at the JiffyBox service, and the connections to it.

    One client may be used by many threads. Use it in a `with` statement, or call `close()`; a client that is simply
    dropped closes itself.

    What is repeated: a call that only reads is repeated after a connection that failed, a broken gateway, or an
    answer that is not the service's. A call that changes something is repeated only when it certainly was not carried
    out: when no connection was made, or when the service said that it was called too often. Else
    `JiffyOutcomeUnknownException` says that only a look can tell. By default there are four attempts within 60
    seconds; `Retry` changes that.

    The token is part of every URL, so it is kept out of everything that can be printed or logged. (A token of less than
    eight characters is not looked for in what a server sends: it would be found everywhere. Real ones have 32.)

    Its methods raise, beside what they say themselves: `JiffyMessageException` when the service refuses,
    `JiffyOutcomeUnknownException` when a call was sent and its answer lost, `JiffyTransportException` when the
    service was not reached, `JiffyAttributeException` when the answer does not fit its schema,
    `JiffyDetachedException` after `close()`.
    """

    def __init__(
        self,
        api_key: "str | SecretStr",
        api_url: str = API_URL,
        api_version: str = API_VERSION,
        *,
        timeout: float | timedelta | None = 10,
        total_timeout: float | timedelta | None = 30,
        retry: "Retry | None" = None,
        transport: "httpx.BaseTransport | None" = None,
        allow_plain_http: bool = False,
        on_message: "Callable[[Message, Operation], object] | None" = None,
        clock: Clock | None = None,
    ) -> None:
        """Makes a client. Nothing is sent yet.

        Args:
            api_key: The token from the control panel.
            api_url: Address of the service, `https://`; plain `http://` for this machine only.
            api_version: The version of the API, a part of the path.
            timeout: Seconds that connecting, sending, or receiving a piece may take; `None` for no limit.
            total_timeout: Seconds that an attempt may take until its answer is complete; `None` for no limit. Looking
                up the name of the service is left to the system, and to its limits.
            retry: How patiently to repeat what may be repeated.
            transport: An httpx transport of your own in place of sockets. It sees the real URLs, token included, and is
                closed with the client.
                Without it, the proxies of the environment are used, `NO_PROXY` is honoured, and this machine is
                reached directly.
            allow_plain_http: Whether to send the token unencrypted to another machine.
            on_message: Is called with what the service says beside a good result (`success`, `notice`, `warning`), and
                the call that it was said to. It is logged as well. What it raises takes the place of the result.
            clock: What all waiting goes by, for tests.

        Raises:
            JiffyArgumentException: an argument makes no sense, or would endanger the token.
        """
        # From here on no frame holds a secret in the open: a traceback that shows variables must not show it.
        api_key = arguments.secret(api_key)
        problem = arguments.token_problem(api_key)
        service = problem or arguments.service_url(api_url, api_key, allow_plain_http=allow_plain_http)
        del api_url
        if isinstance(service, str):
            raise JiffyArgumentException(service)
        arguments.path_segment(arguments.text_id(api_version, "api_version"), "api_version")

        # Not imported above: they load httpx and tenacity, which only a client needs.
        from jiffybox_sdk.policies import Retry  # noqa: PLC0415
        from jiffybox_sdk.transport import Transport  # noqa: PLC0415

        if retry is not None and not isinstance(retry, Retry):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise JiffyArgumentException(f"retry={retry!r} is refused: give a Retry, such as Retry(attempts=1)")
        if on_message is not None and not callable(on_message):
            raise JiffyArgumentException(f"on_message={on_message!r} is refused: give something to call, or None")
        if clock is not None and not all(hasattr(clock, name) for name in ("monotonic", "time", "sleep")):
            raise JiffyArgumentException(f"clock={clock!r} is refused: give a Clock, or None")
        self.clock: Clock = clock or SystemClock()
        self._on_message = on_message
        self._retry = retry or Retry()
        self._transport = Transport(
            service,
            api_version,
            api_key,
            timeout=None if timeout is None else arguments.seconds(timeout, "timeout"),
            total_timeout=None if total_timeout is None else arguments.seconds(total_timeout, "total_timeout"),
            clock=self.clock,
            transport=transport,
        )
        weakref.finalize(self, self._transport.drop)

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """Makes a client from the environment: `JIFFYBOX_API_KEY`, and `JIFFYBOX_API_URL` if it is set.

        Args:
            **options: As for `JiffyBox`.

        Raises:
            JiffyArgumentException: `JIFFYBOX_API_KEY` is not set, or an argument makes no sense.
        """
        if not os.environ.get("JIFFYBOX_API_KEY"):
            raise JiffyArgumentException("no token: set the environment variable JIFFYBOX_API_KEY to yours")
        return cls(os.environ["JIFFYBOX_API_KEY"], os.environ.get("JIFFYBOX_API_URL") or API_URL, **options)

    def __repr__(self) -> str:
        transport = getattr(self, "_transport", None)  # none yet in the traceback of a constructor that refuses
        return f"<{type(self).__name__} {'open' if transport and not transport.closed else 'closed'}>"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a client can't be pickled or copied: it holds connections and the token; make a new one")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections, and a transport of your own as well. Doing it twice is no mistake."""
        self._transport.close()

    def boxes(self) -> list[Box]:
        """Lists all boxes: `GET jiffyBoxes` [documented].

        Expensive for the service, which asks not to poll with it: use `Box.wait_for_status()` to watch a box.
        """
        return list(self.send(operations.list_boxes(), dict[str, Box]).values())

    def box(self, id: int | str) -> Box:  # noqa: A002 (the documented signature)
        """Reads a box: `GET jiffyBoxes/<id>` [documented].

        Args:
            id: The box's number, as an integer or as text.

        Raises:
            JiffyNotFoundException: there is no such box.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return self.send(operations.get_box(id), Box)

    def create_box(
        self,
        name: str,
        plan: Plan | int | str,
        backupid: str | None = None,
        distribution: Distribution | str | None = None,
        password: "str | SecretStr | None" = None,
        use_sshkey: bool | None = None,  # noqa: FBT001 (the documented signature)
        metadata: Mapping[str, object] | None = None,
    ) -> Box:
        """Creates a box: `POST jiffyBoxes` [documented].

        Args:
            name: 1 to 30 letters (äöüß among them), digits, spaces, `_()=!*@.-` and backslashes; unique in the account.
            plan: A plan, its number, or its name.
            backupid: Id of the backup to create it from. Give this or `distribution`.
            distribution: A distribution or the id of one. Give this or `backupid`.
            password: The root password. Without it, the service makes one up and mails it.
            use_sshkey: Whether to install the SSH key kept in the control panel.
            metadata: Data of your own, JSON values only, at most 4 kB as JSON text.

        Returns:
            The new box, in the state `CREATING`.

        Raises:
            JiffyArgumentException: an argument breaks a rule; nothing was sent.
        """
        password = None if password is None else arguments.secret(password)
        operation = operations.create_box(
            name,
            plan_id(plan),
            distribution=distribution.id if isinstance(distribution, Distribution) else distribution,
            backupid=backupid,
            password=password,
            use_sshkey=use_sshkey,
            metadata=metadata,
        )
        return self.send(operation, Box)

    def delete_box(self, id: int | str) -> bool:  # noqa: A002 (the documented signature)
        """Deletes a box, which must be switched off: `DELETE jiffyBoxes/<id>` [documented].

        Args:
            id: The box's number, as an integer or as text.

        Returns:
            Whether the deletion was accepted. It takes a while: see `Box.wait_until_deleted()`.

        Raises:
            JiffyNotFoundException: there is no such box.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return self.send(operations.delete_box(id), bool)

    def distributions(self) -> list[Distribution]:
        """Lists what boxes can be created with: `GET distributions` [recorded]."""
        found = self.send(operations.list_distributions(), dict[str, Distribution])
        return [distribution.with_id(key) for key, distribution in found.items()]

    def distribution(self, id: str) -> Distribution:  # noqa: A002 (the documented signature)
        """Reads a distribution: `GET distributions/<id>` [recorded].

        Args:
            id: Its key, such as `debian_stretch_64bit`.

        Raises:
            JiffyNotFoundException: there is no such distribution.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return self.send(operations.get_distribution(id), Distribution).with_id(id)

    def plans(self) -> list[Plan]:
        """Lists the plans: `GET plans` [recorded]."""
        return list(self.send(operations.list_plans(), dict[str, Plan]).values())

    def plan(self, id: int | str) -> Plan:  # noqa: A002 (the documented signature)
        """Reads a plan: `GET plans/<id or name>` [recorded].

        Args:
            id: The plan's number, as an integer or as text, or its name.

        Raises:
            JiffyNotFoundException: there is no such plan.
            JiffyArgumentException: `id` can't be one; nothing was sent.
        """
        return self.send(operations.get_plan(id), Plan)

    def send(self, operation: "Operation", as_type: type[T], *, deadline: float | None = None) -> T:
        """Makes a call, repeats it if it may be, and returns its result. All other methods end here.

        Args:
            operation: The call, from `jiffybox_sdk.operations`.
            as_type: What its result is: a record, a `dict` of records, or `bool`.
            deadline: When to give up, on the scale of `clock.monotonic()`, if that is before the time-outs.

        Returns:
            The result, as an `as_type`.
        """
        from jiffybox_sdk.policies import Policy  # noqa: PLC0415 (loaded with the client)
        from jiffybox_sdk.protocol import Failure, Success, log_messages, read  # noqa: PLC0415

        reader(as_type)  # before anything is sent: it refuses what is no type

        def attempt() -> Success[T] | Failure:
            answer = self._transport.send(operation, deadline)
            return answer if isinstance(answer, Failure) else read(answer, operation, as_type, self.clock.time())

        outcome = Policy(self._retry, self.clock, operation, deadline).run(attempt)
        log_messages(outcome.messages, operation)
        if self._on_message:
            for message in outcome.messages:
                self._on_message(message, operation.without_secrets())
        if isinstance(outcome, Failure):
            try:
                raise outcome.exception
            finally:
                del outcome  # a cycle with the traceback would keep the client alive
        attach(outcome.result, self)
        return outcome.result
