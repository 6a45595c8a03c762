"""The Processing provider: every job as an algorithm, for models, scripts and qgis_process."""
