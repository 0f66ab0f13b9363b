"""Parts that open pages ask for again and again: rendered once for all who would see the same."""

from collections.abc import Callable, Hashable

from fastapi import Request, Response

from services.reporting.console.texts import texts_for
from shared.keys import ApiKey

MOST_KEPT = 256

Shown = tuple[object, ...]


class Fragments:
    """A process's own; by whom and where, each as long as it shows the very same answers."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Shown, Response]] = {}

    def get(
        self, request: Request, key: ApiKey, shown: Shown, render: Callable[[], Response]
    ) -> Response:
        """`shown` is all that differs from one time to the next, compared by identity.

        An answer that is shared is the same object until it is asked for anew.
        """
        url = request.url
        asked = url.path, url.query, texts_for(request).language, key.scopes
        known = self._kept.pop(asked, None)
        if known is None or not _are_same(known[0], shown):
            known = shown, render()
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[asked] = known
        one = known[1]
        # A copy: on its way out each gets headers of its own.
        return Response(one.body, one.status_code, dict(one.headers))


def _are_same(before: Shown, now: Shown) -> bool:
    return len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))
