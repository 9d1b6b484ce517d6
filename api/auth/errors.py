"""Why somebody is not let in, or not let do something. What each is over HTTP, the web's one table says."""

from __future__ import annotations


class AccessError(Exception):
    """Somebody is not let in or may not do something; the message is for that person and says what to do."""


class NotSignedInError(AccessError):
    """Nobody is signed in, or what was shown as proof of it is not valid (any more)."""


class SignInRefusedError(NotSignedInError):
    """Account, password and code do not belong together. It is never said which of them is wrong."""


class CodeNeededError(NotSignedInError):
    """The password is right; the account also needs the code of its authenticator."""


class TooManyAttemptsError(AccessError):
    """Somebody has tried too often. retry_after_s: whole seconds until the next attempt is looked at."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ForbiddenError(AccessError):
    """Who asks is known, and may not do this."""


class MandateNeededError(ForbiddenError):
    """It may be done only with a reason and the document that permits it, and none was given."""


class PasswordChangeNeededError(ForbiddenError):
    """Somebody else has set the password: nothing may be done before the person has chosen another one."""


class ForgedRequestError(ForbiddenError):
    """A change was asked for without the proof that the person's own page asks for it (CSRF)."""


class InsecureTransportError(ForbiddenError):
    """A password would cross the network in the clear."""


class NotThereError(AccessError):
    """An account, a session or a token that is named is not there."""


class UnknownCameraError(AccessError):
    """A role or mandate names a camera that the site does not have."""


class AccountExistsError(AccessError):
    """An account of this name is there already."""


class UnfitPasswordError(AccessError):
    """A new password cannot be used; the message says why."""


class IdentityProviderError(AccessError):
    """The identity provider cannot be asked, or what it says does not hold."""
