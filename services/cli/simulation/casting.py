"""Which story comes next: the same for the same seed, number and time."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random

from services.cli.simulation import calls, pack_plots, plots
from services.cli.simulation.matters import PACKS, Matter, matters
from services.cli.simulation.people import invent
from services.cli.simulation.script import Cast, Script
from services.cli.simulation.story import Story
from shared.contracts.terms import Channel, Kind, Tier

Plot = Callable[[Script], None]

AT_ONCE: frozenset[Kind] = frozenset({"consultation", "query", "praise"})
"""What one answer settles."""
COMMON: tuple[Plot, ...] = (
    *(plots.solved,) * 4,
    *(plots.solved_and_signed,) * 2,
    *(plots.answered_at_once,) * 3,
    *(plots.two_rounds,) * 2,
    *(plots.overdue,) * 2,
    plots.three_rounds,
    plots.proposed,
    plots.unfounded,
    plots.refused,
    plots.withdrawn,
    plots.not_called_back,
    plots.published,
    plots.neglected,
    plots.reclassified,
    plots.asked_twice,
    plots.merged_by_mistake,
    plots.reopened,
)
OWN: dict[str, tuple[Plot, ...]] = {
    "hotline-400": (plots.unsolved, calls.lost_call, calls.lost_and_complained),
    "cable-field-service": (pack_plots.visited, pack_plots.nobody_home, pack_plots.guided),
    "mobile-key-account": (
        pack_plots.key_moment,
        pack_plots.passed_on,
        pack_plots.exempt_moment,
    ),
    "travel-platform": (*(pack_plots.longer_time,) * 2, pack_plots.helped),
    "telecom-carrier": (pack_plots.taken_up, pack_plots.appealed, calls.lost_call),
}
SPOKEN_TO: tuple[Channel, ...] = ("phone", "phone", "phone", "counter")
WRITTEN: tuple[Channel, ...] = ("web", "app", "sms", "email", "fax", "letter", "social", "system")
TIERS: tuple[Tier, ...] = ("standard", "standard", "standard", "silver", "gold", "diamond")


def cast_story(seed: int, number: int, received_at: datetime) -> Story:
    """The story of that number; packs take turns, and each goes through all of its plots."""
    pack = PACKS[number % len(PACKS)]
    rng = Random(f"{seed}/{number}")  # noqa: S311 - a game, no secret
    plot = _plot(seed, pack, number // len(PACKS))
    matter = rng.choice([one for one in matters()[pack] if _fits(plot, one)])
    cast = Cast(
        number=number,
        pack=pack,
        plot=plot.__name__.replace("_", "-"),
        person=invent(rng),
        matter=matter,
        channel=_channel(rng, plot, pack),
        tier=_tier(rng, matter, pack),
        received_at=received_at,
    )
    script = Script(cast, rng)
    plot(script)
    return script.story()


def story_until(seed: int, number: int, now: datetime) -> Story:
    """The same story, so long ago that it ends by then."""
    story = cast_story(seed, number, now)
    while (beyond := story.ends_at - now) > timedelta():
        story = cast_story(seed, number, story.begins_at - beyond)
    return story


def _plot(seed: int, pack: str, turn: int) -> Plot:
    deck = [*COMMON, *OWN[pack]]
    round_of_deck, place = divmod(turn, len(deck))
    Random(f"{seed}/{pack}/{round_of_deck}").shuffle(deck)  # noqa: S311 - a game, no secret
    return deck[place]


def plots_of(pack: str) -> Iterable[Plot]:
    """Every plot that the pack's customers may live through."""
    return dict.fromkeys((*COMMON, *OWN[pack]))


def _fits(plot: Plot, matter: Matter) -> bool:
    if plot is plots.published:
        return matter.kind == "consultation"
    if plot is plots.answered_at_once:
        return matter.kind in AT_ONCE or matter.severity == "simple"
    if plot is plots.reclassified:
        return matter.kind not in AT_ONCE and matter.severity == "general"
    return matter.kind not in AT_ONCE


def _channel(rng: Random, plot: Plot, pack: str) -> Channel:
    if plot in {calls.lost_call, calls.lost_and_complained}:
        return "phone"
    if pack == "mobile-key-account" and rng.random() < 1 / 2:
        return "account_manager"
    return rng.choice(SPOKEN_TO if rng.random() < 2 / 3 else WRITTEN)


def _tier(rng: Random, matter: Matter, pack: str) -> Tier:
    """What the matter says; else anybody's, where the pack knows tiers."""
    if matter.tier != "standard" or pack != "telecom-carrier":
        return matter.tier
    return rng.choice(TIERS)
