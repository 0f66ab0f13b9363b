"""The page about lifecycles says what the deciders do, and forgets none of their commands."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

import services
from services.dispatch.domain.commands import RefuseWorkOrder
from services.dispatch.domain.ticket import TICKET as DISPATCH_TICKET
from services.intake.domain.ticket import TICKET
from services.reporting.domain.notices import NOTICE
from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from shared.decider import Decider
from tests.architecture.lifecycle.deciders import MACHINES
from tests.architecture.lifecycle.exploring import Machine, explore
from tests.architecture.lifecycle.page import DOCUMENT, document
from tests.architecture.lifecycle.status import STATUS, TOLD

WORK_ORDER = MACHINES[1]
DRAWN = (TICKET, DISPATCH_TICKET, CALL_BACKS, OUTBOUND_TASK, NOTICE)
VERSIONS = {"PACK_VERSIONS", "CALENDAR_VERSIONS", "ORDERS"}
"""Of sla: what is published, and ordered once."""
ONE_STATE = {"CONTACT", "CUSTOMER", "SERVED_GROUP", "CLOCKS", "INSPECTION", "REPORT", *VERSIONS}
"""Without a diagram: what is recorded, and that is all; and clocks, which follow from facts."""


@dataclass(frozen=True)
class Unheard:
    """A command of which nobody gave an example."""


def test_the_page_says_what_the_deciders_do() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "make lifecycle"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.title)
def test_every_command_goes_somewhere_or_is_recorded(machine: Machine[Any]) -> None:
    assert explore(machine).forgotten(machine.classes) == set()


def test_whatever_people_do_is_seen_in_the_status_or_recorded() -> None:
    assert explore(STATUS).forgotten(STATUS.classes) == set(TOLD) & set(_all(STATUS.classes))


def test_a_command_without_an_example_is_found() -> None:
    machine = replace(WORK_ORDER, classes=WORK_ORDER.classes | Unheard)
    assert explore(machine).forgotten(machine.classes) == {Unheard}


def test_a_command_that_is_always_refused_is_found() -> None:
    machine = replace(
        WORK_ORDER,
        commands=lambda state: [
            one
            for one in WORK_ORDER.commands(state)
            if not (isinstance(one, RefuseWorkOrder) and WORK_ORDER.label(state) == "offered")
        ],
    )
    assert RefuseWorkOrder in explore(machine).forgotten(machine.classes)


def test_every_decider_is_drawn_or_has_one_state() -> None:
    found = {name for name, decider in _deciders() if all(decider is not one for one in DRAWN)}
    assert found == ONE_STATE


def _deciders() -> Iterator[tuple[str, Decider[Any, Any, Any]]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".domain." in module.name:
            for name, one in vars(importlib.import_module(module.name)).items():
                if isinstance(one, Decider):
                    yield name, one


def _all(union: Any) -> tuple[type, ...]:  # noqa: ANN401 - a union of classes
    found: tuple[type, ...] = union.__args__
    return found
