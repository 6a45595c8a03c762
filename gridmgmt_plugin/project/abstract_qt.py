"""Abstract classes among those that inherit from QGIS's and Qt's."""

from __future__ import annotations

from abc import ABCMeta

from qgis.PyQt import sip


class AbstractQt(ABCMeta, sip.wrappertype):
    """The metaclass of a class that inherits from QGIS or Qt and leaves methods open.

    ``abstractmethod`` holds as it does elsewhere: an object of a class with an open method cannot be made.
    """
