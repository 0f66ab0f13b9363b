"""Believable complaints at a given rate, and the staff who answer them, over the API alone."""
