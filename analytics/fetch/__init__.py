"""Published files, from the department's statistics service or from one's own downloads, into a folder."""

from __future__ import annotations

from analytics.fetch.adopting import adopt
from analytics.fetch.fetching import fetch
from analytics.fetch.service import Service, read_service

__all__ = ["Service", "adopt", "fetch", "read_service"]
