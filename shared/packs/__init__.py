"""The regulations as data: `<name>.yaml` beside this file is version 1 of each shipped pack.

Later versions are published while the system runs, and travel as events.
"""

from shared.contracts.sla import Step
from shared.packs.calling import Attempts, Contact, Outbound, PlannedTask, Retry, Revisit
from shared.packs.ladders import Addressee, Ladder, Rung, Takeover
from shared.packs.model import Authority, Clock, Fact, Pack, PackCalendar
from shared.packs.notation import Duration
from shared.packs.reading import WrongDataError
from shared.packs.rules import Classification, Classified, Rule
from shared.packs.shelf import canary_pack, load_packs, read_pack, shipped
from shared.packs.versions import (
    Packs,
    PackVersion,
    PackVersionNotHeardError,
    UnknownPackError,
)

__all__ = [
    "Addressee",
    "Attempts",
    "Authority",
    "Classification",
    "Classified",
    "Clock",
    "Contact",
    "Duration",
    "Fact",
    "Ladder",
    "Outbound",
    "Pack",
    "PackCalendar",
    "PackVersion",
    "PackVersionNotHeardError",
    "Packs",
    "PlannedTask",
    "Retry",
    "Revisit",
    "Rule",
    "Rung",
    "Step",
    "Takeover",
    "UnknownPackError",
    "WrongDataError",
    "canary_pack",
    "load_packs",
    "read_pack",
    "shipped",
]
