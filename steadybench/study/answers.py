"""One answer, as the rating page posts it and as a session's file keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from steadybench.study.model import Slot


@dataclass(frozen=True, slots=True)
class Answer:
    """One judgement, with what is needed to believe it. Field names are those of the JSON line."""

    study_digest: str
    """SHA-256 of the plan, 64 hex digits."""
    session_id: str
    rater_digest: str
    """Keyed digest of the platform's id of the rater, 64 hex digits; random where there is no platform."""
    trial_id: str
    question_id: str
    answer_id: str
    """32 hex digits drawn by the page when the answer was given; the same on every attempt to post it."""
    slot_chosen: Slot
    rt_ms: float
    """Milliseconds from unlocking to the answer."""
    watched_ms: float
    """Milliseconds from the press of start to unlocking."""
    clip_ms: float
    """Length of the longer clip of the trial by its header, milliseconds."""
    replays_left: int
    replays_right: int
    stall_ms: float
    frames_presented_left: int
    frames_presented_right: int
    screen: str
    """``WIDTHxHEIGHT@RATIO`` in CSS pixels and device pixel ratio."""
    refresh_hz: float
    """Measured; 0 where it could not be."""
    ua_family: str
    """``chromium``, ``firefox``, ``safari`` or ``other``."""
    started: str
    """UTC, ISO 8601 with milliseconds and ``Z``: the press of start."""
    submitted: str
    """UTC: the answer."""
    page_version: str
    """Version of the rating page, first 16 hex digits of the digest of its code."""
    simulated: bool = False
    """Made by ``study simulate``; never mixed with answers of people."""
    received: str = ""
    """UTC by the clock of the receiver, which alone writes it: when the answer came; else empty."""
