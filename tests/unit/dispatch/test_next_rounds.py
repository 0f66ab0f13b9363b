"""Where the next round goes when who had the one before, or their department, is gone."""

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import replace as with_changes
from pathlib import Path

import msgspec
import pytest

from services.dispatch.domain.stages import work_orders_of
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.ticket_commands import Reroute
from shared.departments import Absence
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.examples import (
    CLOSED,
    OFFERED,
    OFFERED_AGAIN,
    PAST,
    RECTIFICATION,
    RECTIFY,
    REOPENED,
    TRANSFERRED,
)
from tests.unit.dispatch.service import DispatchEars, ears
from tests.unit.support.examples import REGISTERED

ticket = DeciderSpec(TICKET)
ANEW = Reroute(
    from_department="billing", department="customer-service", handler="li-na", rule="otherwise"
)


def test_the_next_round_of_a_department_that_is_gone_is_routed_anew() -> None:
    """H-20."""
    again = msgspec.structs.replace(
        OFFERED_AGAIN, department="customer-service", handler="li-na", rule="otherwise"
    )
    ticket.given(*PAST["notified"]).when(with_changes(RECTIFY, reroute=ANEW)).then(again)


def test_one_that_was_transferred_meanwhile_stays_where_it_is() -> None:
    """H-20."""
    again = msgspec.structs.replace(OFFERED_AGAIN, department="key-accounts")
    rectify = with_changes(RECTIFY, reroute=ANEW)
    ticket.given(OFFERED, TRANSFERRED).when(rectify).then(again)


@pytest.fixture
async def heard(tmp_path: Path) -> AsyncIterator[DispatchEars]:
    async with ears(tmp_path) as found:
        yield found


def close_billing(heard: DispatchEars) -> None:
    """The operator's next directory has product quality take what was billing's."""
    directory = heard.service.directory
    rules = tuple(
        msgspec.structs.replace(rule, department="product-quality")
        if rule.department == "billing"
        else rule
        for rule in directory.routing.rules
    )
    changed = msgspec.structs.replace(
        directory,
        departments=tuple(one for one in directory.departments if one.code != "billing"),
        routing=msgspec.structs.replace(directory.routing, rules=rules),
    )
    heard.service = dataclasses.replace(heard.service, directory=changed)


async def test_a_rectification_goes_where_the_directory_now_says(heard: DispatchEars) -> None:
    """H-20."""
    await heard.hear(REGISTERED)
    close_billing(heard)
    await heard.hear(RECTIFICATION)
    first, second = work_orders_of(await heard.ticket())
    assert (first.department, second.department) == ("billing", "product-quality")
    assert (second.rule, second.handler) == ("billing-matters", None)


async def test_a_reopened_ticket_too_and_its_product_still_counts(heard: DispatchEars) -> None:
    case = msgspec.structs.replace(REGISTERED.case, severity="major")
    await heard.hear(msgspec.structs.replace(REGISTERED, case=case, product="光猫"), CLOSED)
    close_billing(heard)
    await heard.hear(msgspec.structs.replace(REOPENED, case=case))
    _, second = work_orders_of(await heard.ticket())
    assert (second.department, second.handler) == ("product-quality", "song-ping")
    assert second.product == "光猫"


async def test_a_department_that_is_there_keeps_its_matter(heard: DispatchEars) -> None:
    """H-20: whatever routing would say by now."""
    await heard.hear(REGISTERED, RECTIFICATION)
    _, second = work_orders_of(await heard.ticket())
    assert (second.department, second.rule) == ("billing", "rectification")


def away(heard: DispatchEars, name: str, deputy: str) -> None:
    """The directory has the one stand in for the other in these weeks."""
    absence = Absence(name=name, first_day="2026-11-01", last_day="2026-12-31", deputy=deputy)
    absences = (*heard.service.directory.absences, absence)
    directory = msgspec.structs.replace(heard.service.directory, absences=absences)
    heard.service = dataclasses.replace(heard.service, directory=directory)


REPAIR = msgspec.structs.replace(
    REGISTERED,
    case=msgspec.structs.replace(REGISTERED.case, kind="fault_report", category=None),
    area="海淀",
)
"""Of the area that is liu-yang's."""


@pytest.mark.parametrize("deputy", ["chen-hao", "wang-qiang"])
async def test_while_the_handler_is_away_it_is_the_deputys(
    heard: DispatchEars, deputy: str
) -> None:
    """H-20, H-30."""
    await heard.hear(REPAIR)
    away(heard, "liu-yang", deputy)
    await heard.hear(msgspec.structs.replace(RECTIFICATION, case=REPAIR.case))
    first, second = work_orders_of(await heard.ticket())
    assert (first.handler, second.handler) == ("liu-yang", deputy)


@pytest.mark.parametrize("deputies", [["chen-hao"], ["wang-qiang", "liu-yang"]])
async def test_where_no_deputy_is_left_it_is_whom_a_first_one_would_be(
    heard: DispatchEars, deputies: list[str]
) -> None:
    """C-10, H-30: the one complained about stands in for nobody, nor do two for each other."""
    await heard.hear(msgspec.structs.replace(REPAIR, against_person="chen-hao"))
    for name, deputy in zip(["liu-yang", "wang-qiang"], deputies, strict=False):
        away(heard, name, deputy)
    await heard.hear(msgspec.structs.replace(RECTIFICATION, case=REPAIR.case))
    _, second = work_orders_of(await heard.ticket())
    assert second.handler == "peng-hui"
