"""Sla 时限: watches every promised time, and calls on whoever must act when it runs out."""
