"""A grid of which nobody knows whether a grid API has added it, because its answer was lost: found again by its name.

Such an interface takes a name once below a grid, and knows nothing of the key by which a request is known again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from gridmgmt_plugin.core.release.http_answer import Transport
from gridmgmt_plugin.exchange.http.outgoing import Outgoing
from gridmgmt_plugin.exchange.http.sending import Patience, content_of, send
from gridmgmt_plugin.exchange.package.grid_requests import ADD, LIST, UPDATE

_NAME, _NUMBER, _PARENT, _LISTED = "grid_name", "grid_id", "grid_parent_id", "grid_list"


def adds_grid(request: Outgoing) -> bool:
    """Tell whether a request adds a grid, which happens once."""
    return bool(request.grid) and request.path == ADD


def found_again(
    request: Outgoing, address: str, transport: Transport, patience: Patience, look: Callable[[], None]
) -> Outgoing | None:
    """Return the request that updates the grid which another one would add, ``None`` where there is none of its name.

    :raises WorkspaceError: what :func:`.send` raises.
    """
    wanted = json.loads(request.body)
    body = json.dumps({_NUMBER: wanted[_PARENT]}).encode("utf-8")
    asked = Outgoing(f"{request.key}-list", LIST, request.layer, 0, body)
    listed = content_of(send(asked, address, transport, patience, look)).get(_LISTED)
    for grid in listed if isinstance(listed, list) else ():
        if isinstance(grid, dict) and all(grid.get(name) == wanted[name] for name in (_NAME, _PARENT)):
            told = {_NUMBER: grid.get(_NUMBER), **wanted}
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            return replace(request, path=UPDATE, body=text.encode("utf-8"))
    return None
