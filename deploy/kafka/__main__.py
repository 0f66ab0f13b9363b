"""One broker for development: without Docker where Java and Maven are there, else in it."""

import argparse
import shutil
import signal
import sys
from pathlib import Path

from deploy.kafka.finding import VERSION, KafkaUnavailableError
from deploy.kafka.in_docker import run_in_docker
from deploy.kafka.local_kafka import LocalKafka, answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument("--data", type=Path, default=Path("data") / "kafka")
    options = parser.parse_args()
    if answers(options.port):
        sys.exit(f"A broker answers on port {options.port} already.")
    try:
        broker = LocalKafka(options.data, options.port)
    except KafkaUnavailableError as missing:
        if shutil.which("docker") is None:
            sys.exit(f"No Kafka can run here: {missing}, or install Docker.")
        run_in_docker(options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        broker.start()
        print(f"Kafka {VERSION} is ready: HUIYIN_KAFKA={broker.bootstrap} (log: {broker.log})")
        signal.pause()
    except KeyboardInterrupt:
        print("stopping")
    finally:
        broker.stop()


main()
