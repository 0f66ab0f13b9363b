"""Which of a service's processes this one is: by machine and number, as on-call finds it."""

import os
import platform

INSTANCE = f"{platform.node()}:{os.getpid()}"
