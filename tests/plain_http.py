"""What tests give to HTTP clients, none of which needs TLS."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: to read whom this machine trusts takes each new client longer than most tests."""
