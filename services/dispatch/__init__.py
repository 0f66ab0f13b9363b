"""Dispatch 派单: whose matter a ticket is, and how far they are with it."""
