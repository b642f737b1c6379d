"""What there is: methods and metrics, and their cards."""

from __future__ import annotations

from pathlib import Path

import click

from steadybench.commands.shared import FILE, plugins


@click.command()
@click.option("--card", metavar="NAME", help="Print a method's card: paper, rule, settings, traps.")
@click.option("--cards", metavar="DIR", type=FILE, help="Write all method cards and pictures into a folder.")
@plugins
def methods(card: str | None, cards: Path | None, plugins: tuple[Path, ...]) -> None:
    """List the methods that can make clips, and their configurations; imports none of them."""
    if card is not None or cards is not None:
        from steadybench import method_cards

        if cards is not None:
            method_cards.write(cards)
        if card is not None:
            click.echo(method_cards.page(card), nl=False)
        return
    from generators.registry import available
    from steadybench.studio import adapters

    for method in available(adapters(plugins).files):
        click.echo(f"{method.name:<20} {method.source:<12} {', '.join(method.configurations)}")


@click.command()
@click.option("--card", metavar="NAME", help="Print one metric's card: a measurement or one of its numbers.")
@click.option("--cards", metavar="DIR", type=FILE, help="Write the cards of all measurements into a folder.")
def metrics(card: str | None, cards: Path | None) -> None:
    """List every quantity: id, unit, which way is better, meaning. A star marks the headline numbers."""
    from steadybench import cards as shelf

    if cards is not None:
        shelf.write(cards)
    if card is not None:
        click.echo(shelf.page(card), nl=False)
    if card is not None or cards is not None:
        return
    from metrics.score import quantities

    for item in quantities():
        mark = "*" if item.headline else " "
        click.echo(f"{mark} {item.id:<34} {item.unit:<10} {item.better:<7} {item.meaning}")
