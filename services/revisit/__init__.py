"""Revisit 回访: calls the customer back about every round, and hears whether it is solved."""
