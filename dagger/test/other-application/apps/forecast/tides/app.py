from bottle import Bottle, HTTPError, request

from tides.forecast import height

app = Bottle()


@app.get("/height")
def get_height() -> dict[str, float]:
    try:
        hours = float(request.query.hours or 0)
    except ValueError as error:
        raise HTTPError(400, "hours is a number") from error
    return {"metres": round(height(hours), 2)}


@app.get("/healthz")
def get_health() -> str:
    return "ok"
