"""A Docker engine, and containers of the images that a setting names."""

import functools
import os
import shutil
import subprocess
from dataclasses import dataclass

from testcontainers.core.container import DockerContainer

from tests.resources.need import MissingError

ANSWER_TIME = 30.0
PULL_TIME = 300.0


@dataclass(frozen=True, kw_only=True)
class Docker:
    """The commands that reach the engine; `compose` is the plug-in or the older program."""

    docker: str
    compose: tuple[str, ...]


@functools.cache
def engine() -> str:
    """Return the docker client where an engine answers it, else raise MissingError."""
    client = shutil.which("docker")
    if client is None:
        message = "install Docker"
        raise MissingError(message)
    try:
        info = subprocess.run(
            [client, "info"], capture_output=True, text=True, timeout=ANSWER_TIME, check=False
        )
    except subprocess.TimeoutExpired as silent:
        message = f"the Docker engine did not answer within {ANSWER_TIME:.0f} s"
        raise MissingError(message) from silent
    if info.returncode != 0:
        message = "start a Docker engine: the client is here, but none answers"
        raise MissingError(message)
    return client


def find_docker() -> Docker:
    """Return the engine with a compose command, else raise MissingError."""
    client = engine()
    plug_in = subprocess.run([client, "compose", "version"], capture_output=True, check=False)
    if plug_in.returncode == 0:
        return Docker(docker=client, compose=(client, "compose"))
    program = shutil.which("docker-compose")
    if program is None:
        message = "install Docker's compose plug-in or docker-compose"
        raise MissingError(message)
    return Docker(docker=client, compose=(program,))


def container(setting: str, official: str) -> DockerContainer:
    """Prepare, not start, a container of the image that the variable `setting` names.

    Raises MissingError where no engine answers or the image is neither there nor to be had.
    """
    client = engine()
    image = os.environ.get(setting, official)
    there = subprocess.run([client, "image", "inspect", image], capture_output=True, check=False)
    if there.returncode != 0:
        pulled = subprocess.run(
            [client, "pull", "--quiet", image], capture_output=True, timeout=PULL_TIME, check=False
        )
        if pulled.returncode != 0:
            message = f"name in {setting} an image that the Docker engine can get; {image} it can't"
            raise MissingError(message)
    return DockerContainer(image)
