"""What several requests name: a pack that runs here, and a period."""

from datetime import datetime

from services.sla.regulations import Regulations
from shared.http import MalformedError
from shared.packs import PackVersion


def newest_pack(regulations: Regulations, name: str, pointer: str) -> PackVersion:
    """The pack's last version, in force or not. Raises MalformedError for one not here."""
    found = regulations.packs.newest(name)
    if found is None:
        there_are = ", ".join(regulations.packs.names)
        chinese = f"应为在本系统运行的规章包的名称：{there_are}。"
        english = f"expected the name of a pack that runs here: {there_are}"
        raise MalformedError((pointer, (chinese, english)))
    return found


def check_period(from_at: datetime, until: datetime) -> None:
    """Raises MalformedError for one without any time in it."""
    if until <= from_at:
        raise MalformedError(("/until", ("须晚于 from。", "lies not after from")))
