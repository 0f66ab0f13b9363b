"""What is to be simulated, as the options say."""

from dataclasses import dataclass

COUNT, RATE, PER_DAY, TRICKLE = 50, 2.0, 12, 3


@dataclass(frozen=True)
class Plan:
    """`days` in place of `count` and `rate`: by the system's clock."""

    seed: int
    days: int | None
    count: int
    rate: float
    per_day: int
    go_on: bool
    as_json: bool
