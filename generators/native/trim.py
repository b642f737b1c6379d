"""Shorten a clip without encoding it anew: its first packets are copied, the others left out.

A stream can be cut where all packets so far, in the order in which they are decoded, are shown before all
that follow: no frame that stays refers to one that goes. Encoders with B-frames leave such a place every few
frames.
"""

from __future__ import annotations

from pathlib import Path

from generators.contract import GeneratorError


def trim(source: Path, target: Path, wanted: int, least: int, most: int) -> int:
    """Copy the first frames of a clip.

    Args:
        source: a video file.
        target: file to write, mp4.
        wanted: frames that it should have.
        least: fewest that it may have.
        most: most that it may have.

    Returns:
        Frames of the shorter clip: of the possible numbers the one nearest to ``wanted``.

    Raises:
        GeneratorError: the stream has no place to cut it in that range.
    """
    import av

    with av.open(str(source)) as given:
        stream = given.streams.video[0]
        packets = [packet for packet in given.demux(stream) if packet.size]
        count = _place_to_cut([packet.pts or 0 for packet in packets], wanted, least, most)
        with av.open(str(target), "w", format="mp4") as made:
            copy = made.add_stream_from_template(stream)
            for packet in packets[:count]:
                packet.stream = copy
                made.mux(packet)
    return count


def _place_to_cut(times: list[int], wanted: int, least: int, most: int) -> int:
    """Number of packets to keep; ``times`` are when packets are shown, in decoding order."""
    possible, latest = [], None
    first_shown_later = _least_from_here(times)
    for count, time in enumerate(times, 1):
        latest = time if latest is None else max(latest, time)
        if least <= count <= most and (count == len(times) or first_shown_later[count] > latest):
            possible.append(count)
    if not possible:
        raise GeneratorError(
            f"the program's clip of {len(times)} frames cannot be cut to {least} to {most} frames without "
            "encoding it anew: no frame there begins a part that stands by itself"
        )
    return min(possible, key=lambda count: (abs(count - wanted), count))


def _least_from_here(times: list[int]) -> list[int]:
    """For every place the smallest time from there to the end."""
    found = list(times)
    for index in range(len(found) - 2, -1, -1):
        found[index] = min(found[index], found[index + 1])
    return found
