"""The AWS policy language as mathematics: patterns, conditions, evaluation, containment. Pure; makes no call."""
