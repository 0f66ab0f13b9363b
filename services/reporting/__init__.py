"""Keeps every record of every service, and shows how the services stand."""
