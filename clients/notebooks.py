"""Runs notebooks one after another in one namespace: python -m clients.notebooks FILE... (in a folder with the data).

What is left out of them: shell commands and magics, which install packages and download MovieLens. What is replaced:
the file in which SageMaker tells its region, and sleeps, which last a fifth of a second at most.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAGEMAKER = "/opt/ml/metadata/resource-metadata.json"
LONGEST_SLEEP = 0.2
_COMMAND = re.compile(r"^ *[!%](?:.*\\\n)*.*$", re.MULTILINE)


def main() -> None:
    """Run the notebooks; the first cell that fails ends them with its traceback."""
    Path("resource-metadata.json").write_text(json.dumps({"ResourceArn": "arn:aws:sagemaker:us-east-1:1:notebook"}))
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(float(seconds), LONGEST_SLEEP))
    names: dict[str, Any] = {"__name__": "__main__", "display": print}
    for notebook in map(Path, sys.argv[1:]):
        for number, cell in enumerate(cells(notebook), start=1):
            exec(compile(cell, f"{notebook.name}, cell {number}", "exec"), names)


def cells(notebook: Path) -> Iterator[str]:
    """Yield the code of a notebook, cell by cell."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            code = _COMMAND.sub("", "".join(cell["source"]))
            yield code.replace(SAGEMAKER, "resource-metadata.json")


if __name__ == "__main__":
    main()
