"""Registers the services of the suite."""
import re

import django
from django.conf import settings

django.setup()

from cas_server.models import ReplaceAttributName, ServicePattern  # noqa: E402

names = sorted({name for person in settings.SITE["people"] for name in person["attributes"]})
callbacks = set()
for position, service in enumerate(settings.SITE["services"]):
    pattern = ServicePattern.objects.create(
        pos=position,
        name=service["id"],
        pattern="^%s$" % re.escape(service["url"]),
        # Whether proxy tickets may be had for it.
        proxy=service["id"] in ("backend", "second-proxy"),
        single_log_out=True,
    )
    for name in names:
        ReplaceAttributName.objects.create(service_pattern=pattern, name=name)
    callbacks.update(url for url in service["pgtUrls"] if url.startswith("https:"))
for position, url in enumerate(sorted(callbacks)):
    ServicePattern.objects.create(pos=100 + position, name="callback %d" % position, pattern="^%s$" % re.escape(url), proxy_callback=True)
