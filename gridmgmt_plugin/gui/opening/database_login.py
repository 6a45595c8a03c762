"""Who logs in to a database: asked through QGIS's own dialog, kept for this run of QGIS, written nowhere.

QGIS keeps what was typed by the text of the connection; its layers find it there. A login that should outlast the run
is stored by the planner in QGIS's encrypted store, in the settings of the connection, and asked for by its key.
"""

from __future__ import annotations

from dataclasses import replace

from qgis.core import QgsApplication, QgsCredentials

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.project.postgis_source import credentials_realm
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.logins import Login, keep_login, kept_login


def unlock_stored_logins(location: PostgresLocation) -> bool:
    """Have QGIS open its encrypted store if the place needs it, asking for the master password once a run.

    Only the window's thread can ask. Return whether what is needed is there.
    """
    return location.authcfg is None or bool(QgsApplication.authManager().setMasterPassword(True))


def has_unlocked_logins(location: PostgresLocation) -> bool:
    """Tell without asking anybody whether QGIS's encrypted store is open, if the place needs it."""
    return location.authcfg is None or bool(QgsApplication.authManager().masterPasswordIsSet())


def ask_login(location: PostgresLocation) -> PostgresLocation | None:
    """Take what was typed for this connection before, or ask in QGIS's dialog; ``None`` when the planner cancels.

    QGIS's dialog is as wide as the reason in it, so that it is short; what the server said is told by whoever asks.
    """
    known = kept_login(location)
    code = "postgres_login_wanted" if known is None and location.password is None else "postgres_login_again"
    reason = Message(code, {"place": location.server}).text(language())
    user = location.user or (known.user if known else None) or ""
    refused = known.password if location.password is None and known is not None else location.password
    for _ in range(2):
        answered, user, password = QgsCredentials.instance().get(credentials_realm(location), user, "", reason)
        if not answered or password != refused:
            break  # else QGIS has kept what was just refused; it gives it once and then asks
    if not answered:
        return None
    keep_login(location, Login(user or None, password))
    # A place that names nobody is connected to as whom the planner typed, which the kept login tells.
    return replace(location, password=password if location.user else None)


def share_login(location: PostgresLocation) -> None:
    """Let QGIS's layers log in as we did, without a password in their data sources."""
    if location.password:
        keep_login(location, Login(location.user, location.password))
    known = kept_login(location)
    if known is not None:
        user = known.user or location.user or ""
        QgsCredentials.instance().put(credentials_realm(location), user, known.password)
