"""Replay a seed, and explain what is wrong with it."""

from dataclasses import fields

from tests.support.simulation.history import History, play
from tests.support.simulation.invariants import broken
from tests.support.simulation.plans import Plan, Settings, draw
from tests.support.simulation.shrinking import shortest


def described(history: History) -> str:
    """Return what happened in a history, line by line, and the invariants that it broke."""
    usual = Settings()
    pairs = [(field.name, getattr(history.plan.settings, field.name)) for field in fields(Settings)]
    options = [f"{name}={value!r}" for name, value in pairs if value != getattr(usual, name)]
    lines = [f"client and service: {', '.join(options) or 'as usual'}", str(history)]
    return "\n".join(lines + [f"BROKEN: {problem}" for problem in broken(history)])


def explain(seed: int) -> str | None:
    """Return an explanation of what is wrong with a seed, or `None` if no invariant is broken."""
    plan = draw(seed)
    problems = broken(play(plan))
    if not problems:
        return None
    lines = [f"seed {seed} breaks {len(problems)} invariants:", *problems, "", "The shortest history that breaks one:"]
    lines += [described(play(shortest(plan, _is_broken))), "", f"Replay the whole history: make stress SEED={seed}"]
    return "\n".join(lines)


def _is_broken(plan: Plan) -> bool:
    return bool(broken(play(plan)))
