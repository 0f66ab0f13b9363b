"""What the command reads from the environment, and how it says so."""

import os

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from services.cli.terminal import WRONG_USE, stop
from shared.settings import Settings, WrongSettingError, load_settings

DEFAULT_PORT = 8000

CLIENT = {
    "HUIYIN_URL": f"where the API is; default: 127.0.0.1 at HUIYIN_PORT or {DEFAULT_PORT}",
    "HUIYIN_PEERS": "as above: services that have addresses of their own are asked there",
    "HUIYIN_KEY": "the API key to ask it with; default: dev-key in the data folder",
    "HUIYIN_REVIEWER_KEY": "a second person's key, with which `huiyin simulate` reviews answers",
}


def environment_help() -> str:
    """Every variable with what it is for and its default, as Markdown."""
    lines = ["**Environment** of the commands that start services:", ""]
    lines += [
        _line(f"HUIYIN_{name.upper()}", *_told(f)) for name, f in Settings.model_fields.items()
    ]
    lines += ["", "**Environment** of the commands that ask the API:", ""]
    lines += [_line(name, text) for name, text in CLIENT.items()]
    return "\n".join(lines)


def _told(field: FieldInfo) -> tuple[str, str]:
    default = field.get_default(call_default_factory=False)
    return field.description or "", "" if default in {None, PydanticUndefined} else str(default)


def _line(name: str, text: str, default: str = "") -> str:
    return f"- `{name}` {text}" + (f" (default: `{default}`)" if default else "")


def keep_private() -> None:
    """What is written from here on is its owner's alone: stores hold personal data."""
    os.umask(0o077)


def settings_or_stop(**given: object) -> Settings:
    """The settings; what is not given comes from the environment."""
    try:
        return load_settings(**{name: value for name, value in given.items() if value is not None})
    except WrongSettingError as error:
        stop(str(error), WRONG_USE)
