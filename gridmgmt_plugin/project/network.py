"""One request through QGIS's network: its proxy, its certificates, its stored logins. From a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QByteArray, QEventLoop, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.http_answer import Answer

_ANSWER_WITHIN_MS, _LOOK_MS = 60_000, 100
_LONGEST_ANSWER = 16 * 1024 * 1024
_FAULTS_FROM = 300


class QgisTransport:
    """Posts a body and waits for the answer; an address that sends elsewhere is not followed."""

    def __init__(self, login: str = "", answer_within_ms: int = _ANSWER_WITHIN_MS) -> None:
        """``login``: id of an authentication configuration of QGIS, "" for none."""
        self._login = login
        self._answer_within_ms = answer_within_ms

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes, look: Callable[[], None]) -> Answer:
        """Return what was answered.

        :param look: asked while it waits; what it raises ends the request.
        :raises WorkspaceError: ``http_login_missing`` when QGIS does not give the stored login out.
        """
        request = self._request(url, headers)
        reply = QgsNetworkAccessManager.instance().post(request, QByteArray(body))
        try:
            raised = self._wait(reply, look)
            if raised is not None:
                raise raised
            return _answer(reply)
        finally:
            reply.deleteLater()

    def _request(self, url: str, headers: Mapping[str, str]) -> QNetworkRequest:
        request = QNetworkRequest(QUrl(url))
        for name, value in headers.items():
            request.setRawHeader(QByteArray(name.encode()), QByteArray(value.encode()))
        # A redirected POST would arrive as a GET, without what was sent, or bring the login to another place.
        manual = QNetworkRequest.RedirectPolicy.ManualRedirectPolicy
        request.setAttribute(QNetworkRequest.Attribute.RedirectPolicyAttribute, manual)
        request.setTransferTimeout(self._answer_within_ms)
        if self._login:
            answer = QgsApplication.authManager().updateNetworkRequest(request, self._login)
            given = answer[0] if isinstance(answer, tuple) else answer
            if not given:
                raise WorkspaceError("http_login_missing", key=self._login)
            request = answer[1] if isinstance(answer, tuple) and len(answer) > 1 else request
        return request

    def _wait(self, reply: QNetworkReply, look: Callable[[], None]) -> Exception | None:
        """Wait for the end of a reply; return what ``look`` raised."""
        loop, watch = QEventLoop(), QTimer()
        raised: list[Exception] = []

        def ask() -> None:
            try:
                look()
                if reply.bytesAvailable() > _LONGEST_ANSWER:
                    reply.abort()
            except Exception as error:
                raised.append(error)
                watch.stop()
                reply.abort()

        reply.finished.connect(loop.quit)
        watch.timeout.connect(ask)
        watch.start(_LOOK_MS)
        if not reply.isFinished():
            loop.exec()
        watch.stop()
        return raised[0] if raised else None


def _answer(reply: QNetworkReply) -> Answer:
    status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
    text = bytes(reply.readAll()).decode("utf-8", "replace")
    asked = bytes(reply.rawHeader(b"Retry-After")).decode("ascii", "replace").strip()
    wait_s = float(asked) if asked.isdecimal() else None
    failed = reply.error() != QNetworkReply.NetworkError.NoError
    # With a status that tells of a fault Qt calls the reply failed too; else the answer is not whole.
    problem = reply.errorString() if failed and (status is None or int(status) < _FAULTS_FROM) else ""
    return Answer(None if status is None else int(status), text, wait_s, problem)
