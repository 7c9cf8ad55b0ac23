"""What the endpoint offers beside AWS's API, under /_local/: progress of jobs, and insights (docs/insights.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_personalize import insights, resources
from local_personalize.application import Application
from local_personalize.errors import ResourceNotFoundException, ServiceError


def routes(app: Application) -> list[Route]:
    """Return the routes of one endpoint."""

    def progress(request: Request) -> JSONResponse:
        """Tell how far the job of a resource is: {"fraction": 0 to 1, "text"}; both null where none runs."""
        fraction, text = app.jobs.progress(request.query_params.get("arn", "")) or (None, None)
        return JSONResponse({"fraction": fraction, "text": text})

    def evaluation(request: Request) -> JSONResponse:
        """Return the figures of each test user of a solution version or recommender, in columns."""
        return _answer(lambda: _evaluation(app, request.query_params.get("solutionVersionArn", "")))

    async def explain(request: Request) -> JSONResponse:
        body = await request.body()
        return await run_in_threadpool(_answer, lambda: insights.explain(app, body))

    async def preview(request: Request) -> JSONResponse:
        body = await request.body()
        return await run_in_threadpool(_answer, lambda: insights.preview(app, body))

    return [
        Route("/_local/progress", progress),
        Route("/_local/insights/evaluation", evaluation),
        Route("/_local/insights/explain", explain, methods=["POST"]),
        Route("/_local/insights/preview", preview, methods=["POST"]),
    ]


def _evaluation(app: Application, arn: str) -> dict[str, Any]:
    resource = resources.find(app.store.reader(), arn)
    model = None if resource is None else resource.doc.get("_model")
    path = app.models.folder(str(model)) / "evaluation.json"
    if model is None or not path.is_file():
        raise ResourceNotFoundException(f"No trained model belongs to {arn}.")
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def _answer(work: Callable[[], dict[str, Any]]) -> JSONResponse:
    """Return what work returns as JSON; an error becomes {"code", "message"} with 404 for what is not there."""
    try:
        return JSONResponse(work())
    except ServiceError as failure:
        status = 404 if isinstance(failure, ResourceNotFoundException) else failure.status
        return JSONResponse({"code": failure.code, "message": failure.message}, status_code=status)
