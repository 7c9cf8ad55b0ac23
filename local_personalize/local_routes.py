"""What the endpoint offers beside AWS's API, under /_local/: progress of jobs, and figures behind the metrics."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local_personalize import resources
from local_personalize.application import Application


def routes(app: Application) -> list[Route]:
    """Return the routes of one endpoint."""

    def progress(request: Request) -> JSONResponse:
        """Tell how far the job of a resource is: {"fraction": 0 to 1, "text"}; both null where none runs."""
        fraction, text = app.jobs.progress(request.query_params.get("arn", "")) or (None, None)
        return JSONResponse({"fraction": fraction, "text": text})

    def evaluation(request: Request) -> JSONResponse:
        """Return the figures of each test user of a solution version or recommender, in columns."""
        arn = request.query_params.get("solutionVersionArn", "")
        resource = resources.find(app.store.reader(), arn)
        model = None if resource is None else resource.doc.get("_model")
        path = app.models.folder(str(model)) / "evaluation.json"
        if model is None or not path.is_file():
            return JSONResponse({"message": f"No trained model belongs to {arn}."}, status_code=404)
        return JSONResponse(json.loads(path.read_text(encoding="utf-8")))

    return [Route("/_local/progress", progress), Route("/_local/insights/evaluation", evaluation)]
