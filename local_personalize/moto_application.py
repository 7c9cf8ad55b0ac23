"""moto's WSGI application, set up for this endpoint: its clock, AWS's managed policies, services that really work."""

from __future__ import annotations

import datetime
import importlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local_personalize.workflows.events import Deliveries, install, install_rules

Wsgi = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]

WORKING = {
    "glue": "local_personalize.workflows.glue",
    "awslambda": "local_personalize.workflows.functions",
    "stepfunctions": "local_personalize.workflows.state_machines",
}
"""What makes a service of moto work, installed when it is first asked: its parser alone takes long to import."""


def application(now: Callable[[], datetime.datetime], url: str, deliveries: Deliveries, mail: Path) -> Wsgi:
    """Return the application of an endpoint that listens at url; events go to deliveries, mail into a folder."""
    _configure(url)
    from moto.iam import models as iam
    from moto.moto_server import werkzeug_app
    from moto.s3 import models as s3

    # No page of another site may read what is here.
    vars(werkzeug_app)["DISABLE_GLOBAL_CORS"] = True
    for module in (iam, s3):
        vars(module)["utcnow"] = now
    install(deliveries)

    def create_app(service: Any) -> Any:
        if service is None:
            raise NotImplementedError("a service that moto does not have")
        made = werkzeug_app.create_backend_app(service)
        _make_work(service, deliveries, mail)
        return made

    created: Wsgi = werkzeug_app.DomainDispatcherApplication(create_app)
    return created


def _configure(url: str) -> None:
    """Set what moto reads when its modules are imported and used."""
    from moto.core.config import default_user_config

    default_user_config["iam"]["load_aws_managed_policies"] = True
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    # Where moto's state machines look for the services that their tasks name.
    os.environ["MOTO_PORT"] = str(urlsplit(url).port)


def _make_work(service: str, deliveries: Deliveries, mail: Path) -> None:
    """Install what a service that was just made needs to do what it accepts."""
    if service in WORKING:
        importlib.import_module(WORKING[service]).install()
    if service == "events":
        install_rules(deliveries)
    if service == "cloudformation":
        importlib.import_module("local_personalize.workflows.stacks").install(deliveries)
    if service in ("sns", "cloudformation"):
        importlib.import_module("local_personalize.workflows.messages").install(mail)
