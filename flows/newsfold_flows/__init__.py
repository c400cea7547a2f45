"""newsfold on Prefect, and its command line: the only package that knows Prefect.

Prefect reads its settings when it is first imported, so they are set here: it reports nothing to anyone (its newer
pages, V2, make the browser ask amplitude.com, whatever is set), and the ephemeral server gets time to start on a busy
machine. Existing environment variables take precedence.
"""

from __future__ import annotations

import os

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}

for _name, _value in _DEFAULTS.items():
    os.environ.setdefault(_name, _value)
