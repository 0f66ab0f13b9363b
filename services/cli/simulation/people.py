"""Customers who cannot exist: given names that say so, numbers that no network has."""

from dataclasses import dataclass
from random import Random

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
INVENTED = ("虚构", "样例", "示例", "模拟", "假设", "演示")
NO_SUCH_PREFIX = "100"
"""China's mobile numbers begin with 13 to 19."""


@dataclass(frozen=True)
class Person:
    """A customer as the register names one."""

    name: str
    phone: str


def invent(rng: Random) -> Person:
    """Somebody; two of a hundred million are the same."""
    name = rng.choice(SURNAMES) + rng.choice(INVENTED)
    return Person(name, f"{NO_SUCH_PREFIX}{rng.randrange(100_000_000):08}")
