"""Figures over PostgreSQL: the same numbers as plain loops, rebuilt too, and a report archived."""

import hashlib
from functools import partial
from pathlib import Path

from services.reporting.archiving import built
from services.reporting.bootstrap import TABLES, assemble
from services.reporting.figures.queries import read_figures
from services.reporting.figures.rebuilding import Rebuild
from services.reporting.handlers import on_record
from services.reporting.own_projections import REPORTS
from services.reporting.peers import Peers
from services.reporting.restating import newest_report
from shared.event_store import Append
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.topics import PARTITIONS, PUBLISHERS
from shared.service import open_core
from shared.settings import Settings
from shared.tables import Put
from tests.unit.reporting.histories import world
from tests.unit.reporting.naive import computed
from tests.unit.reporting.telling import wire
from tests.unit.reporting.test_figures import EVERYTHING, NOVEMBER, hear, pairs, rounded
from tests.unit.support.ears import StillClock
from tests.unit.support.examples import AT


async def test_figures_rebuilds_and_reports_are_the_same_there(
    database: str, tmp_path: Path
) -> None:
    """H-22."""
    told = world(12, 6)
    expected = {name: rounded(pair) for name, pair in computed(told).items()}
    settings = Settings(data=tmp_path, store=database)
    async with open_core(settings, "reporting", TABLES, StillClock(AT)) as core:
        reporting = assemble(core, Peers({}, {}))
        receive = partial(on_record, reporting=reporting)
        consumer = Consumer("reporting", core.store, core.clock, core.letters, receive)
        for publisher in PUBLISHERS:
            await consumer.assign(publisher, range(PARTITIONS))
        await hear(consumer, *wire(told).interleaved(12))
        assert _counted(pairs(await read_figures(core, EVERYTHING, NOVEMBER, None)), expected)
        rebuild = Rebuild(core)
        await rebuild.begin()
        while await rebuild.go_on():
            pass
        await rebuild.end()
        view = await read_figures(core, EVERYTHING, NOVEMBER, None)
        assert view.rebuilt_at == AT
        assert _counted(pairs(view), expected)
        event, row = await built(reporting, EVERYTHING, NOVEMBER, new_id())
        await core.store.append(Append(rows=[Put(REPORTS, str(row.report_id), row)]))
        kept = await newest_report(core, EVERYTHING, NOVEMBER)
        assert kept is not None
        assert hashlib.sha256(kept.content).hexdigest() == event.sha256


def _counted(found: dict[str, tuple[float, int]], expected: dict[str, tuple[float, int]]) -> bool:
    """All but what looks at the weeks until today: the clock stands still in November."""
    apart = "branch_weeks"
    return {**found, apart: ()} == {**expected, apart: ()}
