"""Runs the notebook of drandrewkane/AI_ML_Workshops, which trains aws-hrnn: python -m clients.lab_notebook

WORKSHOP_DIR names the checkout, MARQUEE_MOVIELENS the films, of any size; they are laid out as the MovieLens 100K that
the notebook would fetch. Its bucket's name is filled in, as it asks for; else it is unchanged. `make clients` makes the
environment with the pandas of its time. Prints what it prints; the exit code is 0 where it ends with 25 titles.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from clients.movielens import lay_out
from clients.notebook_trials import PYTHON
from clients.world import ROOT, World, endpoint
from data.movielens import find

NOTEBOOK = "lab-6-Personalize_your_Recommendations/personalize_sample_notebook.ipynb"
TITLES = 25


def main() -> int:
    """Lay the films out, run the notebook on an endpoint of its own, and count the titles."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        notebook = prepare(Path(os.environ["WORKSHOP_DIR"]) / NOTEBOOK, folder)
        with endpoint(folder) as url:
            command = [str(PYTHON), str(ROOT / "clients" / "notebooks.py"), str(notebook)]
            settings = World(url, folder, {}).environment
            done = subprocess.run(command, cwd=folder, env=settings, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    return int(len(json.loads(done.stdout.rpartition("Recommendations: ")[2])) != TITLES)


def prepare(notebook: Path, folder: Path) -> Path:
    """Write the films and the notebook into a folder: it reads u.item with tabs, which its repository brings along."""
    lay_out(find(os.environ.get("MARQUEE_MOVIELENS"), folder / "movielens"), folder)
    films = (folder / "ml-100k" / "u.item").read_text(encoding="latin-1").replace("|", "\t")
    (folder / "u.item").write_text(films, encoding="utf-8")
    copy = folder / notebook.name
    copy.write_text(notebook.read_text(encoding="utf-8").replace("{prefix}", "marquee"), encoding="utf-8")
    return copy


if __name__ == "__main__":
    sys.exit(main())
