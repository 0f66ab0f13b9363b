"""What the environment says: `HUIYIN_…`, read once at start; a wrong value stops it."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

ServiceName = Literal["intake", "dispatch", "sla", "revisit", "reporting"]
SERVICES: tuple[str, ...] = get_args(ServiceName)
PORTS: dict[str, int] = {service: port for port, service in enumerate(SERVICES, 8001)}
"""Where each service listens when it runs alone, unless told otherwise."""
LEAST_CANARY_SECONDS = 120
"""A canary takes a minute to come back, and another one before it is late."""


def _canary_seconds(seconds: int) -> int:
    if 0 < seconds < LEAST_CANARY_SECONDS:
        message = f"give 0 for none, or at least {LEAST_CANARY_SECONDS} seconds"
        raise PydanticCustomError("canary-seconds", message)
    return seconds


class Settings(BaseSettings):
    """The common settings; a service's own class adds its own prefix."""

    model_config = SettingsConfigDict(
        env_prefix="HUIYIN_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data: Path = Field(Path("data"), description="folder of the stores, keys and secret")
    host: str = Field("127.0.0.1", min_length=1, description="address to listen on")
    port: int | None = Field(None, ge=1, le=65535, description="port to listen on")
    store: str = Field(
        "sqlite:", description="`sqlite:` (files in the data folder) or postgresql://…"
    )
    kafka: str | None = Field(None, description="bootstrap servers; none: embedded mode only")
    kafka_replication: int = Field(1, ge=1, le=9, description="replicas of the topics made here")
    keys_file: Path | None = Field(
        None, description="API keys; default: keys.json in the data folder"
    )
    secret_file: Path | None = Field(
        None, description="HMAC secret; default: secret in the data folder"
    )
    directory_file: Path | None = Field(
        None, description="departments, people, areas, routing rules"
    )
    packs: Path | None = Field(
        None,
        description="folder of regulations of your own, *.yaml, beside the shipped ones",
    )
    holidays_file: Path | None = Field(
        None, description="notices of China's days off and make-up workdays, YAML"
    )
    peers: dict[str, str] = Field(
        default_factory=dict, description="base URL of each other service"
    )
    clock_speed: float = Field(1.0, gt=0, le=100_000, description="demonstrations only")
    canary_seconds: Annotated[int, AfterValidator(_canary_seconds)] = Field(
        300, ge=0, le=86_400, description="how often a ticket proves the whole line alive; 0: never"
    )
    checkpoint_seconds: float = Field(
        10.0, ge=0.1, le=3600, description="seconds between two signed checkpoints of a log"
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level"
    )

    @property
    def keys_path(self) -> Path:
        return self.keys_file or self.data / "keys.json"

    @property
    def secret_path(self) -> Path:
        return self.secret_file or self.data / "secret"

    @property
    def pace(self) -> float:
        """How many seconds a demonstration's clock goes on while one passes; never below 1."""
        return max(1.0, self.clock_speed)

    @property
    def canary_interval(self) -> timedelta | None:
        """From one canary to the next, by the services' own clock; None: there are none."""
        seconds = int(self.canary_seconds * self.pace)
        return timedelta(seconds=seconds) if seconds else None

    def store_url(self, service: str) -> str:
        """The service's own store: a file beside the others' or a schema of the database."""
        if self.store == "sqlite:":
            return f"sqlite:{self.data / service}.db"
        return self.store


class WrongSettingError(Exception):
    """A sentence that names the variable and says what it should be."""


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - any setting's value
    """The settings of the environment, `given` ones first. Raises WrongSettingError."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "HUIYIN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise WrongSettingError(f"{name} is wrong: {first['msg']}.") from None
    except SettingsError:
        # The one that is not a single word; pydantic-settings says which only in its text.
        raise WrongSettingError(
            'HUIYIN_PEERS is wrong: give a JSON object, like {"intake": "http://intake:8001"}.'
        ) from None
