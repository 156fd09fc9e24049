"""The pages, a file for each."""

from fastapi import APIRouter

from backend.web.router import (
    cameras,
    channels,
    files,
    household,
    invitation,
    log,
    login,
    people,
    settings,
    setup,
)

PAGE_ROUTERS: tuple[APIRouter, ...] = tuple(
    page.router
    for page in (
        cameras, channels, files, household, invitation, log, login, people, settings, setup,
    )
)  # fmt: skip
"""They come before the API: some pages have the address of a call of it."""
