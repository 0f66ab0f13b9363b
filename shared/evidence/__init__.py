"""Tamper evidence: what is hashed, the tree over a log, who signs for it, how it is checked."""
