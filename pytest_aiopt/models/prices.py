"""The price table: a TOML file that the user edits, with the date of its prices."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from pytest_aiopt.errors import DesignError
from pytest_aiopt.models.base import ModelSpec


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price of a million tokens, in the currency of the table."""

    prompt: float
    """Price of a million prompt tokens."""
    completion: float
    """Price of a million completion tokens."""

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the money for these tokens."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices by model, as of ``date``. A model is found by its spec or its name at the endpoint."""

    date: datetime.date
    """Day on which the prices were read."""
    currency: str = "USD"
    """Currency of all prices."""
    models: dict[str, Price] = {}
    """Prices by a model's spec or its name at the endpoint."""

    def find(self, spec: str) -> Price | None:
        """Return the price of a model spec, None if the table has none."""
        return self.models.get(spec) or self.models.get(ModelSpec(spec).name)


def load(path: Path) -> Prices | None:
    """Return the table at ``path``, None if there is no file; raises DesignError for a bad one."""
    try:
        prices = msgspec.toml.decode(path.read_bytes(), type=Prices)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DesignError(f"{path}: {error}", "see docs/how-to/models.md for its form") from error
    wrong = [name for name, price in prices.models.items() if min(price.prompt, price.completion) < 0]
    if wrong:
        raise DesignError(f"{path}: the price of {wrong[0]!r} is negative", "prices are per million tokens")
    return prices
