"""Texts of the command line: what is read, what is refused and how."""

from __future__ import annotations

import click
import pytest

from steadybench import options

CONTEXT = click.Context(click.Command("x"))
PARAMETER = click.Option(["--x"])


def test_sizes() -> None:
    assert options.size(CONTEXT, PARAMETER, "832x480") == (832, 480)
    for bad in ("832", "832X480", "0x0", "15x480", "-16x16", "99999999x16", "832x480x3", ""):
        with pytest.raises(click.BadParameter, match="WIDTHxHEIGHT"):
            options.size(CONTEXT, PARAMETER, bad)


def test_seeds() -> None:
    assert options.seeds(CONTEXT, PARAMETER, "0, 5-7,6") == (0, 5, 6, 7)
    for bad in ("", "a", "-1", "1.5", "3-1", "0-9999999", "1,,2"):
        with pytest.raises(click.BadParameter):
            options.seeds(CONTEXT, PARAMETER, bad)


def test_names() -> None:
    assert options.names(CONTEXT, PARAMETER, " a, b:c ,") == ("a", "b:c")
    assert options.names(CONTEXT, PARAMETER, None) is None
    with pytest.raises(click.BadParameter):
        options.names(CONTEXT, PARAMETER, " , ")


def test_options_reach_the_method_they_name() -> None:
    given = ["noise=1", "recorded.folder=a=b.c", "x:drift@2.5.at=3", "x.at=4"]

    assert options.for_method("recorded", given) == {"noise": "1", "folder": "a=b.c"}
    assert options.for_method("x:drift@2.5", given) == {"noise": "1", "at": "4"}
    assert options.for_method("x:clean", given) == {"noise": "1", "at": "4"}


@pytest.mark.parametrize("bad", ["noise", "=1", ""])
def test_an_option_needs_key_and_value(bad: str) -> None:
    with pytest.raises(click.BadParameter, match="expected key=value"):
        options.for_method("x", [bad])


def test_an_option_for_a_method_that_does_not_run_is_refused() -> None:
    options.check_owners(["x:clean"], ["x.a=1", "x:clean.a=1", "a=1"])
    with pytest.raises(click.BadParameter, match="'y', which is not among"):
        options.check_owners(["x:clean"], ["y.a=1"])
