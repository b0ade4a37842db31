"""The `plans` and `distributions` modules."""

from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._handlers.boxes import find_distribution, find_plan

HANDLERS: Handlers = {
    "list_plans": lambda call: {str(number): dict(plan) for number, plan in call.account.plans.items()},
    "get_plan": lambda call: dict(call.account.plans[find_plan(call.account, call.arguments[0])]),
    "list_distributions": lambda call: {
        key: dict(distribution) for key, distribution in call.account.distributions.items()
    },
    "get_distribution": lambda call: dict(
        call.account.distributions[find_distribution(call.account, call.arguments[0])]
    ),
}
