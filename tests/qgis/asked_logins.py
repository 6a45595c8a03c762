"""What QGIS's dialog for logins would do, without a window."""

from __future__ import annotations

from qgis.core import QgsCredentials


class AskedLogins(QgsCredentials):
    """Answers with what a test says, else as somebody who cancels, and remembers what it was asked.

    QGIS keeps the first one that is made as long as it runs and never lets go of it: there is one for all tests, and
    it lives as long as QGIS. Without one QGIS would ask in the terminal and wait for ever.
    """

    def __init__(self):
        super().__init__()
        self.answers, self.questions = [], []
        self.setInstance(self)

    def request(self, realm, username, password, message):
        self.questions.append((realm, username, message))
        if not self.answers:
            return False, username, password
        user, typed = self.answers.pop(0)
        return True, user, typed

    def requestMasterPassword(self, password, stored):
        return False, password
