"""Intake 受理: takes complaints in, knows their whole life, closes them."""
