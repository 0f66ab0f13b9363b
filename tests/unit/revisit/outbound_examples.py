"""Named samples: a phone manager's task for one customer, on a Monday in November."""

from datetime import UTC, datetime
from uuid import UUID

from services.revisit.domain.commands import (
    AttemptOutboundTask,
    ConcludeOutboundTask,
    CreateOutboundTask,
    HandOverOutboundTask,
)
from services.revisit.domain.outbound_rules import OutboundRules
from services.revisit.regulations import Regulations
from shared.calendars import Calendars
from shared.contracts.revisit import (
    OutboundTaskAttempted,
    OutboundTaskConcluded,
    OutboundTaskCreated,
    OutboundTaskHandedOver,
    OutboundTaskSuppressed,
)
from shared.packs import Pack, Packs, read_pack
from tests.unit.support.examples import AT

PHONE_MANAGERS = """
extends: mobile-key-account
name: phone-managers
version: 1
outbound:
  calendar: outbound
  task_due: 2wd
  per_day: 1
  per_week: 3
  exempt_moments: [mourning]
"""
PACK = read_pack(PHONE_MANAGERS, "phone-managers.yaml")


def outbound_rules(pack: Pack = PACK) -> OutboundRules:
    """The pack's, its calendar compiled."""
    rules = Regulations(Packs({pack.name: pack}), Calendars()).in_force(pack.name, AT)
    assert rules is not None
    return rules


RULES = outbound_rules()
TASK = UUID(int=41)
CUSTOMER = UUID(int=5)
DUE = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
"""The close of the second day after."""
CREATE = CreateOutboundTask(
    task_id=TASK,
    client="crm",
    customer_ref=CUSTOMER,
    moment="contract-change",
    exempt=False,
    due_at=None,
    passed_to=None,
    rules=RULES,
    at=AT,
)
ATTEMPT = AttemptOutboundTask(
    task_id=TASK, channel="phone", outcome="no_answer", note=None, rules=RULES, at=AT
)
HAND_OVER = HandOverOutboundTask(
    task_id=TASK, passed_to="group_account_manager", appointment_at=None, note=None, at=AT
)
CONCLUDE = ConcludeOutboundTask(
    task_id=TASK,
    outcome="done",
    score=5,
    information_passed_at=None,
    filled_fields=("birthday",),
    at=AT,
)
CREATED = OutboundTaskCreated(
    task_id=TASK,
    client="crm",
    customer_ref=CUSTOMER,
    pack="phone-managers",
    pack_version=1,
    moment="contract-change",
    due_at=DUE,
    at=AT,
)
SUPPRESSED = OutboundTaskSuppressed(
    task_id=TASK,
    client="crm",
    customer_ref=CUSTOMER,
    pack="phone-managers",
    pack_version=1,
    moment="mourning",
    exempted_by="pack",
    at=AT,
)
ATTEMPTED = OutboundTaskAttempted(
    task_id=TASK, customer_ref=CUSTOMER, channel="phone", outcome="no_answer", at=AT
)
HANDED_OVER = OutboundTaskHandedOver(
    task_id=TASK, customer_ref=CUSTOMER, passed_to="group_account_manager", at=AT
)
CONCLUDED = OutboundTaskConcluded(
    task_id=TASK, customer_ref=CUSTOMER, outcome="done", score=5, filled_fields=("birthday",), at=AT
)
