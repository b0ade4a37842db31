"""The `plans` and `distributions` modules."""

from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._handlers.boxes import find_distribution, find_plan

HANDLERS: Handlers = {
    "list_plans": lambda _: {str(number): dict(plan) for number, plan in PLANS.items()},
    "get_plan": lambda call: dict(PLANS[find_plan(call.arguments[0])]),
    "list_distributions": lambda _: {key: dict(distribution) for key, distribution in DISTRIBUTIONS.items()},
    "get_distribution": lambda call: dict(DISTRIBUTIONS[find_distribution(call.arguments[0])]),
}
