"""`huiyin run` and `huiyin serve`: from settings to a listening server, or one sentence why not."""

from importlib import import_module
from typing import Annotated

import typer
from rich.text import Text

from services.cli.environment import DEFAULT_PORT, keep_private, settings_or_stop
from services.cli.terminal import WRONG_USE, console, shown, stop
from shared.settings import PORTS, ServiceName, Settings

Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port to listen on, before HUIYIN_PORT.")
]


def run(port: Port = None) -> None:
    """Starts all five services in this process, over files in the data folder.

    Makes a development key at the first start. Ctrl-C stops it.
    """
    keep_private()
    # What serves is loaded by the commands that serve: the others answer without that second.
    server = import_module("services.cli.server")
    settings = settings_or_stop(port=port)
    level = settings.log_level if "log_level" in settings.model_fields_set else "WARNING"
    listening = server.listen(settings.host, settings.port or DEFAULT_PORT)
    app = import_module("services.embedded").create_app(settings)
    server.serve(app, app.lifespan, listening, level, lambda: _greet(settings, listening.url))


def _greet(settings: Settings, url: str) -> None:
    development = import_module("services.cli.development")
    key = development.development_key(settings)
    out = console()
    told = shown("Huiyin 回音", "bold green") + Text(" is running at ") + shown(url, "bold")
    out.print("", told, "", sep="\n", soft_wrap=True)
    out.print(shown(f"  Documents to try it in   {url}/docs"), soft_wrap=True)
    out.print(shown(f"  Consoles to look at it   {url}/reporting/console"), soft_wrap=True)
    out.print(Text("  Development key          ") + shown(key, "bold"), soft_wrap=True)
    place = f"  (client dev, scope admin; also in {settings.data / 'dev-key'})"
    out.print(shown(place), "", sep="\n", soft_wrap=True)
    out.print("Ctrl-C stops it.", style="dim")


def serve(
    service: Annotated[ServiceName, typer.Argument(help="Which of the five.")], port: Port = None
) -> None:
    """Starts one service alone: its API, its relay and its consumers, over Kafka.

    Needs HUIYIN_KAFKA; listens on 8001 (intake) to 8005 (reporting) unless told otherwise. Logs
    JSON lines to stdout.
    """
    keep_private()
    server = import_module("services.cli.server")
    settings = settings_or_stop(port=port)
    if settings.kafka is None:
        stop(
            "HUIYIN_KAFKA is missing: name Kafka's bootstrap servers (host:port), or use "
            "`huiyin run`, which needs none.",
            WRONG_USE,
        )
    listening = server.listen(settings.host, settings.port or PORTS[service])
    line = import_module("shared.messaging.kafka").KafkaLine(
        settings.kafka, settings.kafka_replication
    )
    app = import_module(f"services.{service}.main").create_app(settings, line)
    lifespan = lambda: app.router.lifespan_context(app)  # noqa: E731 - its type is nobody's business
    server.serve(app, lifespan, listening, settings.log_level, lambda: None)
