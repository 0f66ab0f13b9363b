"""What reporting decides: about notices for weak scores, and findings of inspections."""

import hashlib
from uuid import UUID, uuid5

import msgspec

from services.reporting.domain.errors import (
    FindingStandsError,
    NoticeUnsignedError,
    NotInSampleError,
    ScoreNotWeakError,
)
from services.reporting.domain.inspections import INSPECTION, DrawInspection, PublishFinding
from services.reporting.domain.notices import NOTICE, IssueNotice
from services.reporting.sampling import draw, frame_hash
from shared.contracts.reporting import FindingPublished, InspectionDrawn
from shared.decider import UnknownSubjectError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.reporting.notice_examples import CONCLUDED, ISSUED, SIGNED, conclude, issue, sign
from tests.unit.support.examples import AT, TEXT, T

notices = DeciderSpec(NOTICE)
inspections = DeciderSpec(INSPECTION)
DRAWN = InspectionDrawn(
    inspection_id=UUID(int=3),
    scope="all",
    wanted=1,
    seed="a",
    first_day="2026-11-01",
    last_day="2026-11-30",
    frame_count=1,
    frame_sha256="00",
    drawn=(T,),
    drawn_by="cui-jun",
    at=AT,
)
PUBLISHED = FindingPublished(
    inspection_id=UUID(int=3),
    ticket_id=T,
    verdict="failed",
    finding=TEXT,
    found_by="cui-jun",
    at=AT,
)
find = PublishFinding(ticket_id=T, verdict="failed", finding=TEXT, found_by="cui-jun", at=AT)


def test_a_weak_score_leads_to_a_notice() -> None:
    """T-09: a score of 2 of 5, or less."""
    notices.given().when(issue).then(ISSUED)


def test_a_better_score_leads_to_none() -> None:
    """T-09."""
    better = msgspec.structs.replace(ISSUED, score=3)
    notices.given().when(IssueNotice(better)).then_raises(ScoreNotWeakError)


def test_one_notice_a_score() -> None:
    notices.given(ISSUED).when(issue).then()


def test_a_leader_signs_once() -> None:
    """T-09."""
    notices.given(ISSUED).when(sign).then(SIGNED)
    notices.given(ISSUED, SIGNED).when(sign).then()


def test_a_signed_notice_is_followed_to_its_end() -> None:
    """T-09."""
    notices.given(ISSUED, SIGNED).when(conclude).then(CONCLUDED)
    notices.given(ISSUED, SIGNED, CONCLUDED).when(conclude).then()


def test_what_nobody_signed_is_not_concluded() -> None:
    notices.given(ISSUED).when(conclude).then_raises(NoticeUnsignedError)


def test_a_notice_that_nobody_issued_is_not_there() -> None:
    notices.given().when(sign).then_raises(UnknownSubjectError)
    notices.given().when(conclude).then_raises(UnknownSubjectError)


def test_a_sample_is_drawn_once() -> None:
    """H-23."""
    inspections.given().when(DrawInspection(DRAWN)).then(DRAWN)
    inspections.given(DRAWN).when(DrawInspection(DRAWN)).then()


def test_a_finding_of_what_was_drawn_is_published() -> None:
    """H-23."""
    inspections.given(DRAWN).when(find).then(PUBLISHED)
    inspections.given(DRAWN, PUBLISHED).when(find).then()


def test_a_finding_of_another_ticket_is_refused() -> None:
    other = PublishFinding(
        ticket_id=UUID(int=9), verdict="passed", finding=TEXT, found_by="cui-jun", at=AT
    )
    inspections.given(DRAWN).when(other).then_raises(NotInSampleError)


def test_a_published_finding_stands() -> None:
    other = PublishFinding(ticket_id=T, verdict="passed", finding=TEXT, found_by="x", at=AT)
    inspections.given(DRAWN, PUBLISHED).when(other).then_raises(FindingStandsError)


def test_a_finding_of_an_inspection_that_nobody_drew() -> None:
    inspections.given().when(find).then_raises(UnknownSubjectError)


FRAME = [uuid5(T, str(number)) for number in range(200)]


def test_a_sample_can_be_drawn_again_by_whoever_has_its_seed() -> None:
    """H-23: in whatever order the frame comes, and with any tool that makes a SHA-256."""
    drawn = draw(FRAME, "2026-11", 20)
    assert draw(reversed(FRAME), "2026-11", 20) == drawn
    by_hash = {hashlib.sha256(f"2026-11:{one}".encode()).hexdigest(): one for one in FRAME}
    assert drawn == tuple(by_hash[one] for one in sorted(by_hash)[:20])
    assert len(set(drawn)) == 20


def test_another_seed_draws_others_and_each_ticket_has_its_chance() -> None:
    """H-23: at random: over many seeds each ticket is drawn about as often."""
    times = dict.fromkeys(FRAME, 0)
    for seed in range(300):
        for one in draw(FRAME, str(seed), 20):
            times[one] += 1
    assert min(times.values()) > 10
    assert max(times.values()) < 55


def test_a_frame_is_told_by_its_hash_whatever_its_order() -> None:
    assert frame_hash(FRAME) == frame_hash(FRAME[::-1]) != frame_hash(FRAME[1:])


def test_more_than_there_are_are_all_of_them() -> None:
    assert set(draw(FRAME, "a", 500)) == set(FRAME)
