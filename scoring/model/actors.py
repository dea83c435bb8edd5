"""A profile as facing one actor: the part of its statements that counts for this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.errors import UnknownNameError
from scoring.model.fields import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.model.kinds import LeafIndicator
    from scoring.model.profile import Profile, Statement


def actors_of(profile: Profile) -> tuple[str, ...]:
    """The actor of the profile, if it has one, and the others that a statement is about which may count, in order."""
    others = sorted({one.actor for one in profile.whole.statements if one.actor and _may_count(one)})
    own = profile.whole.actor
    return (*([own] if own else []), *others)


def all_facing(profiles: Iterable[Profile], actor: str, leaves: Mapping[str, LeafIndicator]) -> tuple[Profile, ...]:
    """What profiles say of an actor; those that have no statement on it are left out.

    Raises:
        UnknownNameError: no statement is about the actor.
    """
    found = [(profile, actors_of(profile)) for profile in profiles]
    if kept := [profile for profile, actors in found if actor in actors]:
        return tuple(facing(profile, actor, leaves) for profile in kept)
    known = sorted({other for _, actors in found for other in actors})
    message = f"no statement that counts is about the actor {actor}; actors: {', '.join(known) or 'none'}"
    raise UnknownNameError(message)


def _may_count(statement: Statement) -> bool:
    return not statement.context and not statement.withdrawn


def facing(profile: Profile, actor: str | None, leaves: Mapping[str, LeafIndicator]) -> Profile:
    """What the file of a profile says of one actor.

    For the actor of the profile these are the statements that name none. For any other these are the statements that
    name it and, of those that name none, the codes that are about the country alone. So a statement that names an actor
    counts for that one alone.

    Where a statement names one that names no actor in `same_as`, both report one fact, and it takes the place of that
    one and of its duplicates. Of the editions only the last has evidence on another actor.

    Args:
        profile: a profile as loaded, or what it says of any actor.
        actor: alpha-3 code; None for the actor of the profile.
        leaves: the indicators of the rubric.
    """
    whole = profile.whole
    if actor is None or actor == whole.actor:
        unnamed = tuple(one for one in whole.statements if one.actor is None)
        searched = tuple(search for search in whole.searched if search.actor is None)
        if (len(unnamed), len(searched)) == (len(whole.statements), len(whole.searched)):
            return whole
        return _part(whole, unnamed, {"searched": searched})
    about = [one for one in whole.statements if one.actor == actor]
    ids = {one.id for one in about}
    lent = _lent(whole, {one.same_as for one in about if one.same_as not in ids}, leaves)
    named = [
        one.model_copy(update={"actor": None, "same_as": one.same_as if one.same_as in ids else None}) for one in about
    ]
    about_it = tuple(
        search.model_copy(update={"actor": None})
        for search in whole.searched
        if search.actor == actor
        or (search.actor is None and search.indicator in leaves and leaves[search.indicator].counts_for_all())
    )
    return _part(whole, [*lent, *named], {"searched": about_it, "actor": actor, "editions": ()})


def _part(whole: Profile, statements: Iterable[Statement], update: Mapping[str, Any]) -> Profile:
    """The profile with some of its statements, and the sources that these use or that no statement uses."""
    kept = tuple(statements)
    unused = {one.source for one in whole.statements} - {one.source for one in kept}
    sources = FrozenDict({name: source for name, source in whole.sources.items() if name not in unused})
    part = whole.model_copy(update={"statements": kept, "sources": sources, **update})
    return part.part_of(whole)


def _lent(whole: Profile, replaced: Iterable[str | None], leaves: Mapping[str, LeafIndicator]) -> list[Statement]:
    """The statements that name no actor, with their codes on the country alone; none that has no such code.

    replaced: the ids of those that a statement on the actor takes the place of. A duplicate goes with its original.
    """

    def kept(codes: Mapping[str, Any]) -> Mapping[str, Any]:
        return FrozenDict(
            {
                name: part
                for name, code in codes.items()
                if name in leaves and (part := _of_country(leaves[name], code)) is not None
            }
        )

    own = [one.with_codes_of(kept) for one in whole.statements if one.actor is None and not one.context]
    originals = {one.id: one.same_as for one in own}
    out = {*replaced, *(one.id for one in own if not one.entered)}
    out |= {name for name in originals if out & set(_chain(name, originals))}
    return [one for one in own if one.id not in out]


def _chain(name: str, originals: Mapping[str, str | None]) -> list[str]:
    """A statement, that of which it is a duplicate, and so on."""
    chain: list[str] = []
    step: str | None = name
    while step is not None:
        chain.append(step)
        step = originals.get(step)
    return chain


def _of_country(leaf: LeafIndicator, code: Any) -> Any:
    """The part of a code that is about the country alone; None for none."""
    if leaf.checklist:
        return FrozenDict({item: answer for item, answer in code.items() if leaf.counts_for_all(item)}) or None
    return code if leaf.counts_for_all() else None
