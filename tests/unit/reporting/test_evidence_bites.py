"""What the tests of tampering are worth: each of these bugs lets something pass that they name."""

import hashlib
from collections.abc import AsyncIterator, Sequence

import pytest

from services.reporting import leaves, verification
from services.reporting.comparing import Fault, first_fault
from shared.evidence import checking, document, leaf
from shared.evidence.checking import Checked, check
from shared.evidence.leaf import Facts, Leaf
from tests.unit.reporting.examples import TICKET
from tests.unit.reporting.tampering import byte_of_data, header
from tests.unit.reporting.test_evidence import TICKETS, file_of
from tests.unit.reporting.trail import KEYS, Trail


@pytest.fixture
async def trail() -> AsyncIterator[Trail]:
    trail = Trail()
    yield trail
    await trail.close()


def passes(content: bytes) -> bool:
    return check(iter(content.splitlines(keepends=True)), KEYS).events > 0


async def test_a_digest_of_the_data_alone_lets_another_actor_pass(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_data(facts: Facts) -> bytes:
        return hashlib.sha256(facts.data).digest()

    for module in (leaf, document, leaves):
        monkeypatch.setattr(module, "digest_of", of_data)
    lines = (await file_of(trail, "ticket")).splitlines(keepends=True)
    assert passes(b"".join(header(actor="somebody")(lines)))


async def test_a_verifier_that_believes_paths_lets_another_byte_pass(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "is_proven", lambda *_: True)
    lines = (await file_of(trail, "period")).splitlines(keepends=True)
    assert passes(b"".join(byte_of_data(lines)))


async def test_a_verifier_that_follows_no_chain_lets_what_is_not_signed_for_pass(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Checked, "_is_linked", lambda *_: True)
    monkeypatch.setattr(Checked, "end", lambda _: None)
    await trail.say(*TICKETS)
    await trail.carry()
    lines = (await trail.prove()).lines().splitlines(keepends=True)
    assert passes(b"".join(byte_of_data(lines)))


async def test_a_verification_that_skips_the_checkpoints_size_lets_a_cut_log_pass(
    trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_far_as_kept(
        true: Sequence[Leaf], kept: Sequence[Leaf], *, has_ended: bool
    ) -> Fault | None:
        return first_fault(true[: len(kept)], kept, has_ended=has_ended)

    monkeypatch.setattr(verification, "first_fault", as_far_as_kept)
    await trail.say(TICKET, TICKET, TICKET)
    await trail.sign()
    trail.intake.log[2:] = []
    assert (await trail.verify()).state == "ok"
