"""The measurements' own files beside the pages, for readers to take along."""

from __future__ import annotations

from reports.gather import Shot
from reports.media import link
from reports.site.site import Site
from reports.urls import slug
from reports.writer import Writer


def record_files(shot: Shot) -> tuple[tuple[str, str], ...]:
    """Return each measurement of a clip with its record's path from the report's folder, by name.

    A record that is no longer there is left out.
    """
    return tuple((name, f"records/{shot.key}.{slug(name)}.json")
                 for name, path in sorted(shot.entry.records.items()) if path.is_file())


def write(site: Site, writer: Writer) -> None:
    """Put the records of every clip into the report, as hard links where the file system takes them."""
    for shot in site.shots:
        for name, path in record_files(shot):
            source, target = shot.entry.records[name], writer.keep(path)
            if not (target.exists() and target.samefile(source)):
                link(source, target)
