"""W3C Trace Context: the thread that ties a request to every event that follows from it.

https://www.w3.org/TR/trace-context/
"""

import re
import secrets

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")


def new_traceparent(given: str) -> tuple[str, str]:
    """A span of our own within the given trace, or within a new one; and the trace's id."""
    match = _TRACEPARENT.match(given) if given else None
    if match and int(match[1], 16) and int(match[2], 16):
        trace_id, flags = match[1], match[3]
    else:
        trace_id, flags = secrets.token_hex(16), "01"
    return f"00-{trace_id}-{secrets.token_hex(8)}-{flags}", trace_id
