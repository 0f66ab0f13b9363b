"""What the environment says: `HUIYIN_…`, read once at start; a wrong value stops it."""

from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

ServiceName = Literal["intake", "dispatch", "sla", "revisit", "reporting"]
SERVICES: tuple[str, ...] = get_args(ServiceName)
PORTS: dict[str, int] = {service: port for port, service in enumerate(SERVICES, 8001)}
"""Where each service listens when it runs alone, unless told otherwise."""


class Settings(BaseSettings):
    """The common settings; a service's own class adds its own prefix."""

    model_config = SettingsConfigDict(env_prefix="HUIYIN_", frozen=True, extra="ignore")

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
    peers: dict[str, str] = Field(
        default_factory=dict, description="base URL of each other service"
    )
    clock_speed: float = Field(1.0, gt=0, le=100_000, description="demonstrations only")
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level"
    )

    @property
    def keys_path(self) -> Path:
        return self.keys_file or self.data / "keys.json"

    @property
    def secret_path(self) -> Path:
        return self.secret_file or self.data / "secret"

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
