"""What a broker without Docker needs: a Java, and Kafka's jars, which Maven fetches once."""

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

VERSION: Final = "4.3.1"
POM: Final = Path(__file__).resolve().with_name("pom.xml")
COPY_DEPENDENCIES: Final = (
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
)
LOWEST_JAVA: Final = 17


class KafkaUnavailableError(Exception):
    """No broker can run here; the message says in a sentence what is missing."""


def java() -> str:
    """Find a Java that runs Kafka 4, or raise KafkaUnavailableError."""
    home = os.environ.get("JAVA_HOME")
    program = f"{home}/bin/java" if home else shutil.which("java")
    if program is None or not Path(program).exists():
        message = "install Java 17 or later (Debian: openjdk-17-jre-headless)"
        raise KafkaUnavailableError(message)
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < LOWEST_JAVA:
        message = f"install Java {LOWEST_JAVA} or later: {program} is {said.splitlines()[0]}"
        raise KafkaUnavailableError(message)
    return program


def jars() -> Path:
    """Return the folder of Kafka's jars, fetched by Maven the first time."""
    cache = os.environ.get("HUIYIN_CACHE")
    root = Path(cache) if cache else Path.home() / ".cache" / "huiyin"
    folder = root / f"kafka-{VERSION}"
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"kafka-{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs on one machine fetch once
        if not folder.exists():
            fetch(folder)
    return folder


def fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        message = "install Maven (Debian: maven): it fetches Kafka's jars once"
        raise KafkaUnavailableError(message)
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(POM), f"-Dkafka.version={VERSION}"]
    fetched = subprocess.run(
        [*command, COPY_DEPENDENCIES, f"-DoutputDirectory={partial}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode != 0:
        message = f"Maven could not fetch Kafka's jars: {fetched.stdout.strip()[-500:]}"
        raise KafkaUnavailableError(message)
    partial.rename(folder)
