"""The town, its places and desks, as for saves."""

from tests.qgis.editing.saving.conftest import (  # noqa: F401  fixtures
    open_desk,
    pytest_generate_tests,
    stored_in,
    town,
    valid_town,
)
