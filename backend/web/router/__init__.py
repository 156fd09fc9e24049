"""The pages, a file for each."""

from fastapi import APIRouter

from backend.web.router import (
    answer,
    cameras,
    channels,
    erase,
    fall_test,
    files,
    household,
    incidents,
    invitation,
    log,
    login,
    now,
    people,
    record,
    settings,
    setup,
)

PAGE_ROUTERS: tuple[APIRouter, ...] = tuple(
    page.router
    for page in (
        answer, cameras, channels, erase, fall_test, files, household, incidents, invitation, log,
        login, now, people, record, settings, setup,
    )
)  # fmt: skip
"""They come before the API: some pages have the address of a call of it."""
