"""Types of the flows' parameters, as Prefect's form shows and checks them; the flows' docstrings describe each."""

from typing import Annotated, Literal

from pydantic import Field

from newsfold import settings

# Prefect's server checks values against the JSON schema alone, where `format: date` is only an annotation.
_DATE = {"pattern": r"^[1-8]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", "examples": ["2013-06-05"]}

Day = Annotated[settings.EditionDate, Field(json_schema_extra={**_DATE})]
OptionalDay = Annotated[settings.EditionDate | None, Field(json_schema_extra={**_DATE})]
ConfigFile = Annotated[str | None, Field(min_length=1, examples=["/srv/news/newsfold.yaml"])]
StoreAddress = Annotated[str | None, Field(min_length=1, examples=["/srv/news/store", "s3://news/store"])]
TimeZone = Annotated[settings.TimeZone, Field(min_length=1, examples=["Europe/Berlin"])]
Missing = Literal["publish", "skip", "stop"]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
