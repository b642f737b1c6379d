"""What measures videos: clip reading, flow, masks, one file per axis.

Usable on any clip without the rest of the project::

    from pathlib import Path
    from metrics.score import Settings, measure

    scored = measure(Path("clip.mp4"), Settings(measurements=("drift",)))
"""
