"""Find the shortest plan that still breaks an invariant."""

from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import TypeGuard

from tests.support.simulation.plans import Plan

_MAX_TRIES = 2000


def shortest(plan: Plan, is_broken: Callable[[Plan], bool]) -> Plan:
    """Return a plan from which nothing can be left out without making it pass.

    Args:
        plan: A plan that breaks an invariant.
        is_broken: A function that returns whether a plan breaks one.
    """
    tries = 0
    shorter: Plan | None = plan
    while shorter:
        plan, shorter = shorter, None
        for candidate in _simpler(plan):
            tries += 1
            if tries > _MAX_TRIES:
                return plan
            if isinstance(candidate, Plan) and is_broken(candidate):
                shorter = candidate
                break
    return plan


def _simpler(value: object) -> Iterator[object]:
    """Yield values with fewer items, or with more fields that have their defaults, the simplest ones first."""
    if _is_tuple(value):
        items = value
        if len(items) > 1:
            yield items[: len(items) // 2]
        for index in range(len(items)):
            yield items[:index] + items[index + 1 :]
        for index, item in enumerate(items):
            for simpler in _simpler(item):
                yield (*items[:index], simpler, *items[index + 1 :])
    elif is_dataclass(value) and not isinstance(value, type):
        usual = {field.name: field.default for field in fields(value) if field.default is not MISSING}
        changed = [name for name, default in usual.items() if getattr(value, name) != default]
        if len(changed) > 1:
            yield replace(value, **{name: usual[name] for name in changed})
        for name in changed:
            yield replace(value, **{name: usual[name]})
        for field in fields(value):
            for simpler in _simpler(getattr(value, field.name)):
                yield replace(value, **{field.name: simpler})


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)
