"""The section of fetching from the web."""

from __future__ import annotations

from pydantic import Field

from newsfold.settings.section import Network, Section


class Fetch(Section):
    """Fetching from the web: politely, never from private networks unless allowed, and within a time limit.

    A proxy is used if the environment names one: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`; `NO_PROXY` names exceptions.
    """

    contact: str | None = Field(
        None,
        pattern=r"^[!-~]+$",
        description="Web page or mail address sent to every host, so that its owner can ask about newsfold's visits. "
        "Required if a source is on the web.",
    )
    delay_seconds: float = Field(
        1.0, ge=0, description="Pause between two requests to one host; the Crawl-delay of its robots.txt if longer."
    )
    concurrency: int = Field(16, ge=1, description="Hosts fetched from at a time, over one connection each.")
    timeout_seconds: float = Field(30, gt=0, description="Time limit for one complete response.")
    host_seconds: float = Field(
        900, gt=0, description="Time limit for one host in one night; what remains then is left out."
    )
    max_mb: float = Field(10, gt=0, description="Maximum size of a response in MB, both packed and unpacked.")
    max_redirects: int = Field(
        5, ge=0, description="Maximum number of redirects for one request; a page that refreshes at once is one."
    )
    retries: int = Field(
        2, ge=0, description="Retries of one request after a failed connection, status 429 or status 5xx."
    )
    source_retries: int = Field(
        2, ge=0, description="Times to read a source again later in the run if its host did not answer."
    )
    source_retry_seconds: float = Field(
        30, ge=0, description="Pause before the first of these attempts; it doubles with each."
    )
    max_wait_seconds: float = Field(
        120, ge=0, description="Maximum pause a host may ask for (Retry-After); a host that asks for more is skipped."
    )
    private_networks: list[Network] = Field(
        [],
        description="Networks that are not public but may be fetched from, such as an intranet: `[10.1.0.0/16]`. All "
        "other private addresses are refused. If the environment names a proxy (`HTTPS_PROXY`), it looks names up "
        "itself and may be in a private network; a name is then refused if it has a private address on this machine.",
    )
    keep_nights: int = Field(
        3, ge=1, description="Editions whose responses are kept, so that rerunning one of them fetches nothing again."
    )
