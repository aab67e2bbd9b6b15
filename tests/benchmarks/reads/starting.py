"""Starting: seconds from a process's start to its first answer, beside one that imports its libraries and no more."""

import subprocess
import sys
import time

from tests.benchmarks.reads.servers import OURS, ROOT, serving

IMPORTS = "import strawberry, sqlalchemy, starlette, uvicorn; print('imported', flush=True)"


def first_answer(url: str, key: str) -> float:
    """From the start of our server's process to its first 200."""
    with serving(OURS, url, key) as server:
        return server.started_in


def libraries_imported() -> float:
    """From the start of a process until it has imported the libraries; its end is not counted."""
    begin = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", IMPORTS], stdout=subprocess.PIPE, cwd=ROOT) as process:
        if process.stdout is None or process.stdout.readline() != b"imported\n":
            raise RuntimeError("The libraries could not be imported.")
        return time.perf_counter() - begin
