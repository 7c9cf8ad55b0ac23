"""Opens a bundled page in Chromium and lets it ask: python browser.py FOLDER CHROMIUM ENDPOINT ARNS, a JSON object.

A page of this machine gets what it asks for; one of another site gets nothing, whatever name that site gives itself.
"""

from __future__ import annotations

import json
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Error, sync_playwright

OTHER_SITE = "other-site.test"
WANTED = {"status": "ACTIVE", "moved": True, "error": "ResourceAlreadyExistsException", "fetched": True}


def main(folder: str, chromium: str, endpoint: str, arns: dict[str, str]) -> None:
    """Ask from a page of localhost, then from the same page under another site's name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        names = f"--host-resolver-rules=MAP {OTHER_SITE} 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", names])

        def ask(host: str) -> Any:
            page = browser.new_page()
            page.goto(f"http://{host}:{server.server_port}/page.html")
            return page.evaluate("([endpoint, arns]) => ask(endpoint, arns)", [endpoint, arns])

        answer = ask("localhost")
        assert answer.pop("recipes") > 10
        assert answer == WANTED, answer
        try:
            ask(OTHER_SITE)
        except Error as refused:
            assert "Failed to fetch" in str(refused), refused  # noqa: PT017  (no test: a client)
        else:
            raise AssertionError("another site was answered")


if __name__ == "__main__":
    main(*sys.argv[1:4], json.loads(sys.argv[4]))
