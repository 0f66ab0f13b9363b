"""What an event may show of a person: enough to recognise, too little to find."""

MOBILE_DIGITS = 11
LANDLINE_DIGITS = 8


def mask_name(name: str) -> str:
    """`张**`: the first character."""
    return f"{name[:1]}**"


def mask_phone(phone: str) -> str:
    """`138****5678` of eleven digits and more; of eight to ten the last two, else none."""
    digits = "".join(filter(str.isdecimal, phone))
    if len(digits) >= MOBILE_DIGITS:
        return f"{digits[-MOBILE_DIGITS:][:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= LANDLINE_DIGITS else "****"
