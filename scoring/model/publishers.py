"""The model of the register of publishers, publishers.yaml in the folder of profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from scoring.model.fields import CountryCode, FrozenDict, Line, Model, Text

MAX_PUBLISHERS = 2000  # bounds the time that the search for similar names takes

PublisherKind: TypeAlias = Literal[
    "state body", "service", "agency", "broadcaster", "newspaper", "research", "NGO", "poll", "other"
]
Reliability: TypeAlias = Literal["A", "B", "C", "D", "E", "F"]


class Publisher(Model):
    """What is known of a publisher, for all profiles alike."""

    reliability: Reliability
    """Admiralty grade of its sources: A reliable … E unreliable, F cannot be judged."""
    reason: Text
    """Why this grade, and what is known of the publisher."""
    kind: PublisherKind
    """A service is a security or intelligence service, an agency a news agency; newspaper includes news sites."""
    country: CountryCode | None = None
    """Where it is based; none for an international body."""
    controlled_by: CountryCode | None = None
    """The state that directs its content: that owns it as an outlet, or of which it is a part; none if unknown."""


class Register(Model):
    """The publishers of the sources of all profiles in a folder."""

    format: Literal[1]
    publishers: Annotated[
        Mapping[Line, Publisher], Field(min_length=1, max_length=MAX_PUBLISHERS), AfterValidator(FrozenDict)
    ]
    """Name, exactly as in `publisher` of sources -> what is known of it."""
