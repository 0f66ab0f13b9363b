"""The published language: every event of every service, defined once."""
