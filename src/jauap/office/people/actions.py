"""Organisations, people and roles: what administrators do, and what each does for oneself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jauap.errors import BadInput, Refusal
from jauap.office.people.acting import COMMAND, Actor, acting
from jauap.office.people.models import Invitation, Membership, Organisation, Person, Role
from jauap.words import N_, Words, words

INVITATION_LASTS = timedelta(days=7)
ZONES = {"KZ": "Asia/Almaty", "GE": "Asia/Tbilisi"}


class LinkIsSpent(Refusal):
    """The link was used, revoked, has expired, or never was: nobody learns which."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("This link no longer opens anything.")),
            words(N_("Ask your administrator for a new one.")),
        )


class LastAdministrator(Refusal):
    """An organisation must keep one administrator."""

    def __init__(self) -> None:
        super().__init__(
            words(N_("This organisation would be left without an administrator.")),
            words(N_("Make somebody else an administrator first.")),
        )


def found(
    name: str,
    *,
    by: Actor,
    languages: Iterable[str],
    country: str = "KZ",
    zone: str = "Asia/Almaty",
    parent: Organisation | None = None,
    demo: bool = False,
) -> Organisation:
    """Make an organisation; below `parent`, or a new root (only by a command or the first run).

    Raises NotAllowed, BadInput (no name, no language).
    """
    chosen = list(dict.fromkeys(languages))
    if not name.strip():
        raise BadInput(words(N_("Give the organisation a name.")), where="name")
    if not chosen:
        raise BadInput(words(N_("Choose at least one language.")), where="languages")
    verb = "people.add_organisation" if parent else "people.found"
    made = Organisation(
        name=name.strip()[:200], parent=parent, languages=chosen, country=country, zone=zone, demo=demo
    )
    with acting(by, verb, None, organisation=parent) as entry:
        made.save()
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save(update_fields=["path"])
        entry.note(organisation=made.pk)
    return made


def invite(
    organisation: Organisation | None, *, by: Actor, email: str, name: str, roles: Iterable[Role]
) -> tuple[Invitation, str]:
    """A link for one person; the token is shown once and kept only as a hash.

    organisation None: the first administrator of a fresh installation. Raises NotAllowed, BadInput.
    """
    chosen = [Role(role) for role in roles]
    if not chosen:
        raise BadInput(words(N_("Choose at least one role.")), where="roles")
    token = secrets.token_urlsafe(32)
    with acting(by, "people.invite", None, organisation=organisation) as entry:
        made = Invitation.objects.create(
            organisation=organisation,
            email=email.strip().lower(),
            name=name.strip()[:120],
            roles=chosen,
            token_hash=hashed(token),
            made_by=by if isinstance(by, Person) else None,
            expires_at=entry.at + INVITATION_LASTS,
        )
        entry.note(invitation=made.pk, roles=chosen)
        entry.tell("people")
    return made, token


def open_reset(person: Person, *, by: Actor) -> tuple[Invitation, str]:
    """A link with which the person sets a new password; by a command alone."""
    token = secrets.token_urlsafe(32)
    with acting(by, "people.invite", person) as entry:
        made = Invitation.objects.create(
            person=person, token_hash=hashed(token), expires_at=entry.at + timedelta(hours=24)
        )
    return made, token


def opened_by(token: str) -> Invitation:
    """The invitation that a link opens now. Raises LinkIsSpent."""
    rows = Invitation.objects.select_related("organisation", "person")
    found = rows.filter(token_hash=hashed(token), used_at=None, revoked_at=None).first()
    if found is None or found.expires_at <= timezone.now():
        raise LinkIsSpent
    return found


def accept(token: str, *, name: str, email: str, password: str, language: str = "") -> Person:
    """Come in by a link: makes the person (or sets a new password) and gives the roles.

    Somebody who already has an account keeps the password and only gains the roles, and only when
    the password given is theirs. Raises LinkIsSpent, BadInput.
    """
    invitation = opened_by(token)
    address = (invitation.email or email).strip().lower()
    person = invitation.person or Person.objects.filter(email=address).first()
    fresh = person is None
    person = person or Person(email=address, name=(name or invitation.name).strip()[:120], language=language)
    if fresh and not person.name:
        raise BadInput(words(N_("Write your name.")), where="name")
    if fresh and "@" not in address:
        raise BadInput(words(N_("Write your e-mail address.")), where="email")
    if not fresh and invitation.person is None and not person.check_password(password):
        raise BadInput(words(N_("This is not the password of your account.")), where="password")
    if fresh or invitation.person is not None:
        _set_password(person, password)
    with acting(COMMAND if fresh else person, "people.accept", invitation) as entry:
        if invitation.used_at or invitation.revoked_at:
            raise LinkIsSpent
        person.save()
        invitation.used_at = entry.at
        invitation.save(update_fields=["used_at"])
        if invitation.organisation:
            _give(person, invitation.organisation, invitation.roles)
        entry.note(person=person.pk)
        entry.tell("people")
    return person


def come_in(token: str, fields: Mapping[str, Any], *, first: bool) -> Person:
    """What the form behind a link does: accept it, and with the first link found the organisation.

    fields: cleaned values of `forms.ComeInForm` or `forms.FirstRunForm`. Raises as `accept` and `found`.
    """
    with transaction.atomic():
        person = accept(
            token,
            name=fields.get("name", ""),
            email=fields.get("email", ""),
            password=fields["password"],
        )
        if first:
            country = fields["country"]
            organisation = found(
                fields["organisation"],
                by=COMMAND,
                languages=fields["languages"],
                country=country,
                zone=ZONES[country],
            )
            set_roles(person, organisation, by=COMMAND, roles=[Role.ADMINISTRATOR])
    return person


def change_organisation(
    organisation: Organisation,
    *,
    by: Actor,
    name: str,
    languages: Iterable[str],
    zone: str,
    own_changes_approved: bool,
    answers_need_second: bool,
) -> None:
    """Name, languages, zone and the two rules of four eyes. Raises NotAllowed."""
    with acting(by, "people.change_organisation", organisation) as entry:
        organisation.name, organisation.languages, organisation.zone = name, list(languages), zone
        organisation.own_changes_approved = own_changes_approved
        organisation.answers_need_second = answers_need_second
        organisation.save()
        entry.note(own_changes_approved=own_changes_approved, answers_need_second=answers_need_second)


def set_roles(person: Person, organisation: Organisation, *, by: Actor, roles: Iterable[Role]) -> None:
    """Replace the person's roles; none = they leave. Raises NotAllowed, LastAdministrator."""
    wanted = {Role(role) for role in roles}
    with acting(by, "people.set_roles", organisation) as entry:
        others = Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR)
        others = others.filter(person__is_active=True).exclude(person=person)
        was = person.roles_in(organisation.pk)
        if Role.ADMINISTRATOR in was - wanted and not others.exists():
            raise LastAdministrator
        Membership.objects.filter(person=person, organisation=organisation).exclude(role__in=wanted).delete()
        _give(person, organisation, wanted)
        entry.note(person=person.pk, roles=sorted(wanted), before=sorted(was))
        entry.tell("people")


def revoke_invitation(invitation: Invitation, *, by: Actor) -> None:
    """The link opens nothing any more. Raises NotAllowed."""
    with acting(by, "people.revoke_invitation", invitation) as entry:
        invitation.revoked_at = entry.at
        invitation.save(update_fields=["revoked_at"])
        entry.tell("people")


def choose_language(person: Person, *, language: str) -> None:
    """The language in which screens speak to the person."""
    with acting(person, "people.change_oneself", person):
        person.language = language
        person.save(update_fields=["language"])


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _give(person: Person, organisation: Organisation, roles: Iterable[str]) -> None:
    for role in roles:
        Membership.objects.get_or_create(person=person, organisation=organisation, role=role)


def _set_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadInput(Words(" ".join(error.messages)), where="password") from error
    person.set_password(password)
