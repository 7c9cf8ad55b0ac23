"""What the endpoint offers beside AWS's API, under /_local/: progress of jobs, and insights (docs/insights.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_personalize import insights, mail, measurements, timelines
from local_personalize.application import Application
from local_personalize.errors import ResourceNotFoundException, ServiceError

Endpoint = Callable[[Request], Awaitable[JSONResponse]]


def routes(app: Application) -> list[Route]:
    """Return the routes of one endpoint."""

    def progress(request: Request) -> JSONResponse:
        """Tell how far the job of a resource is: {"fraction": 0 to 1, "text"}; both null where none runs."""
        fraction, text = app.jobs.progress(request.query_params.get("arn", "")) or (None, None)
        return JSONResponse({"fraction": fraction, "text": text})

    def usage(request: Request) -> JSONResponse:
        """Tell how often each campaign and recommender was asked, by the minute."""
        return JSONResponse(app.usage.told())

    def mails(request: Request) -> JSONResponse:
        """Tell what SNS sent by email: the newest hundred."""
        return JSONResponse({"mail": mail.told(app.data / mail.FOLDER)})

    def evaluation(request: Request) -> JSONResponse:
        """Tell the figures of each user: of the test users, or with folds of everyone, asked for by POST."""
        arn = request.query_params.get("solutionVersionArn", "")
        told = measurements.measured if "folds" in request.query_params else measurements.reported
        work = {"POST": measurements.measure, "DELETE": measurements.stop}.get(request.method, told)
        return _answer(lambda: work(app, arn))

    return [
        Route("/_local/progress", progress),
        Route("/_local/usage", usage),
        Route("/_local/mail", mails),
        Route("/_local/insights/evaluation", evaluation, methods=["GET", "POST", "DELETE"]),
        Route("/_local/insights/explain", _posted(app, insights.explain), methods=["POST"]),
        Route("/_local/insights/preview", _posted(app, insights.preview), methods=["POST"]),
        Route("/_local/insights/timeline", _posted(app, timelines.timeline), methods=["POST"]),
        Route("/_local/insights/events", _posted(app, timelines.events), methods=["POST"]),
    ]


def _posted(app: Application, work: Callable[[Application, bytes], dict[str, Any]]) -> Endpoint:
    """Return what answers with what work makes of the body of a request."""

    async def answer(request: Request) -> JSONResponse:
        body = await request.body()
        return await run_in_threadpool(_answer, lambda: work(app, body))

    return answer


def _answer(work: Callable[[], dict[str, Any]]) -> JSONResponse:
    """Return what work returns as JSON; an error becomes {"code", "message"} with 404 for what is not there."""
    try:
        return JSONResponse(work())
    except ServiceError as failure:
        status = 404 if isinstance(failure, ResourceNotFoundException) else failure.status
        return JSONResponse({"code": failure.code, "message": failure.message}, status_code=status)
