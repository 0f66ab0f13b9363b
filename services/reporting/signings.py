"""How far each service signed for its log, asked of them all; reporting's by what intake keeps."""

from collections.abc import Mapping

import msgspec

from services.reporting.bootstrap import Reporting
from services.reporting.leaves import LOGS
from services.reporting.peers import Silence
from shared.http.consumers import SigningView


class ServiceSigning(msgspec.Struct, frozen=True, kw_only=True):
    """One service's; `silent`: why it did not say."""

    service: str
    signing: SigningView | None = None
    silent: str | None = None


async def signings_now(reporting: Reporting, headers: Mapping[str, str]) -> list[ServiceSigning]:
    """Under the caller's key, which must have the scope `audit:read`."""
    said = await reporting.peers.ask_all("log/signing", SigningView, headers)
    return [_signing(service, said[service]) for service in LOGS]


async def shared_signings(reporting: Reporting, headers: Mapping[str, str]) -> list[ServiceSigning]:
    """The same for a page that many keep open: it may be some seconds old."""
    return await reporting.shared.get("signings", lambda: signings_now(reporting, headers))


def _signing(service: str, said: SigningView | Silence) -> ServiceSigning:
    if isinstance(said, Silence):
        return ServiceSigning(service=service, silent=said.reason)
    return ServiceSigning(service=service, signing=said)
