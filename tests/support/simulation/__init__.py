"""Simulated histories: an async client against the emulator over an in-memory network, in virtual time.

`virtual_loop` has the event loop and its clock, `network` the network, `server` the emulator behind it, `plans` what
happens in a history, drawn from a seed, `history` plays a plan, `invariants` judges what happened, and `shrinking`
finds the shortest plan that still breaks an invariant.
"""
