"""Runs notebooks one after another in one namespace: python -m clients.notebooks FILE... (in a folder with the data).

What is left out of them: shell commands and magics, which install packages and download data, but for aws
and cp. What is replaced: the file in which SageMaker tells its region, its library where a notebook imports it in
vain, and sleeps, which last a fiftieth of their time and a fifth of a second at most.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAGEMAKER = "/opt/ml/metadata/resource-metadata.json"
LONGEST_SLEEP = 0.2
_RUN = re.compile(r"^( *)! *((?:aws|cp) .*)$", re.MULTILINE)
_COMMAND = re.compile(r"^ *[!%](?:.*\\\n)*.*$", re.MULTILINE)


def main() -> None:
    """Run the notebooks; the first cell that fails ends them with its traceback."""
    Path("resource-metadata.json").write_text(json.dumps({"ResourceArn": "arn:aws:sagemaker:us-east-1:1:notebook"}))
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(float(seconds) / 50, LONGEST_SLEEP))
    for module in ("sagemaker", "sagemaker.amazon", "sagemaker.amazon.common"):
        sys.modules[module] = types.ModuleType(module)
    names: dict[str, Any] = {"__name__": "__main__", "display": print}
    names["run_command"] = lambda command: _run(command, names)
    for notebook in map(Path, sys.argv[1:]):
        sys.path.insert(0, str(notebook.parent))  # Jupyter runs a notebook where it is, beside modules of its own
        for number, cell in enumerate(cells(notebook), start=1):
            exec(compile(cell, f"{notebook.name}, cell {number}", "exec"), names)


def _run(command: str, names: dict[str, Any]) -> None:
    """Run a shell command of a cell, with $name and {name} replaced as IPython does; a failure ends the notebook."""
    filled = re.sub(r"\$(\w+)|{(\w+)}", lambda found: str(names[found[1] or found[2]]), command)
    subprocess.run(filled.split(), check=True)


def cells(notebook: Path) -> Iterator[str]:
    """Yield the code of a notebook, cell by cell."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            code = _RUN.sub(lambda found: f"{found[1]}run_command({found[2]!r})", "".join(cell["source"]))
            code = _COMMAND.sub("", code)
            yield code.replace(SAGEMAKER, "resource-metadata.json")


if __name__ == "__main__":
    main()
