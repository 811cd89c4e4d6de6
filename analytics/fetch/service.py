"""Where the statistics service is, and how it may be asked: `service.yml`."""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt

from analytics.errors import InputError

SETTINGS = Path(__file__).with_name("service.yml")
VARIABLE = "ANALYTICS_SERVICE"


class Service(BaseModel):
    """The service's address, whose publications it has, and its limits (see `service.yml`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str
    publisher: str
    connect: PositiveFloat
    read: PositiveFloat
    whole: PositiveFloat
    attempts: PositiveInt
    wait_first: PositiveFloat
    wait_most: PositiveFloat
    retry_after: PositiveFloat
    fresh: PositiveFloat
    largest: PositiveInt

    def url(self, path: str) -> str:
        """Give the address of something that the service has."""
        return f"{self.address.rstrip('/')}/v1/{path}"


def read_service() -> Service:
    """Read the settings, with the address that the environment names in place of theirs.

    Raises:
        InputError: that address is none.
    """
    service = Service(**yaml.safe_load(SETTINGS.read_text(encoding="utf-8")))
    named = os.environ.get(VARIABLE, "").strip()
    if not named:
        return service
    if not named.startswith(("https://", "http://")):
        raise InputError(
            f"{VARIABLE}={named}: found no web address; expected one such as {service.address}. "
            f"Correct it, or unset {VARIABLE}."
        )
    return service.model_copy(update={"address": named})
