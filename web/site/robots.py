"""What crawlers may read: public pages, and nothing for those that collect to train models."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.routing import Endpoint

TRAINING_BOTS: Final = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ChatGPT-User",
    "Claude-Web",
    "ClaudeBot",
    "cohere-ai",
    "cohere-training-data-crawler",
    "Diffbot",
    "FacebookBot",
    "Google-CloudVertexBot",
    "Google-Extended",
    "GPTBot",
    "ImagesiftBot",
    "img2dataset",
    "Meta-ExternalAgent",
    "Meta-ExternalFetcher",
    "OAI-SearchBot",
    "omgili",
    "omgilibot",
    "PanguBot",
    "PerplexityBot",
    "Timpibot",
    "VelenPublicWebCrawler",
    "Webzio-Extended",
    "YouBot",
)
PRIVATE_PATHS: Final = ("/account", "/admin", "/dev", "/invite", "/me", "/set-up", "/sign-")


async def robots(_request: Request) -> Response:
    return PlainTextResponse(_TEXT, headers={"Cache-Control": "public, max-age=86400"})


_TEXT: Final = "\n".join(
    [
        *(f"User-agent: {bot}" for bot in TRAINING_BOTS),
        "Disallow: /",
        "",
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE_PATHS),
        "",
    ]
)

routes = [Endpoint("/robots.txt", robots, name="robots")]
