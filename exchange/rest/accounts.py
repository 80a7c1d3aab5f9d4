"""The account itself: whether it is active, and whether it is a trial.

Source: https://www.twilio.com/docs/iam/api/account. A standard API key may not read it
(https://www.twilio.com/docs/iam/api-keys); every key of this exchange is such a one.
"""

from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from exchange.rest.door import BASE, Door
from exchange.settings import Account


def routes(door: Door, account: Account, opened: datetime) -> list[Route]:
    """The one account that this exchange has."""

    async def one(request: Request) -> Response:
        return JSONResponse(
            {
                "sid": account.sid,
                "owner_account_sid": account.sid,
                "friendly_name": "the account of a local exchange",
                "status": account.status,
                "type": account.kind,
                "date_created": format_datetime(opened),
                "date_updated": format_datetime(opened),
                "uri": request.url.path,
            }
        )

    return [Route(f"{BASE}.json", door.guarded("account", one, keys=False), methods=["GET"])]
