"""A module for each module of the API: the effect of each call on the account, and its result."""
