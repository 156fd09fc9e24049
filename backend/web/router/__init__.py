"""The pages, a file for each."""

from fastapi import APIRouter

from backend.web.router import (
    answer,
    ask,
    ask_days,
    ask_report,
    ask_tools,
    board,
    cameras,
    channels,
    comments,
    comparisons,
    consents,
    dataset,
    datasets,
    deployments,
    detectors,
    erase,
    fall_test,
    files,
    household,
    incidents,
    invitation,
    jobs,
    log,
    login,
    look,
    looks,
    notes,
    now,
    people,
    picture,
    pictures,
    record,
    settings,
    setup,
    training,
    versions,
)

PAGE_ROUTERS: tuple[APIRouter, ...] = tuple(
    page.router
    for page in (
        answer, ask, ask_days, ask_report, ask_tools, board, cameras, channels, comments,
        comparisons, consents, dataset, datasets, deployments, detectors, erase, fall_test, files,
        household, incidents, invitation, jobs, log, login, look, looks, notes, now, people,
        picture, pictures, record, settings, setup, training, versions,
    )
)  # fmt: skip
"""They come before the API: some pages have the address of a call of it."""
