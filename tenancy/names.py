"""What a name may be made of. Names reach strangers, in invitations for example, so none may pass for something else:
no line breaks, nothing that turns text around or cannot be seen, and no web address in the name of a person or an
organization."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError

# Control and format characters, halves of characters, and the two separators that break lines.
_REFUSED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # combining class of the sign that joins consonants in Indic scripts
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols without ink


def check_characters(name: str) -> None:
    """One line of characters that can be seen, at least one of them visible by itself."""
    if any(unicodedata.category(one) in _REFUSED and not _joins(name, at) for at, one in enumerate(name)):
        raise ValidationError(
            "A name has no line breaks, control characters or invisible characters.", code="invalid_characters"
        )
    if not any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK for one in name):
        raise ValidationError("A name has at least one character that can be seen.", code="invisible")


def check_no_address(name: str) -> None:
    """Mail programs make links of addresses."""
    if "://" in name:
        raise ValidationError("A name cannot contain a web address.", code="web_address")


def _joins(name: str, at: int) -> bool:
    """Zero-width joiners are part of the spelling after a virama, and between letters of Arabic script."""
    if name[at] not in _JOINERS or at == 0:
        return False
    if unicodedata.combining(name[at - 1]) == _VIRAMA:
        return True
    return at + 1 < len(name) and all(
        unicodedata.bidirectional(one) in ("AL", "NSM") for one in (name[at - 1], name[at + 1])
    )


KEY_NAME = (check_characters,)
NAME = (check_characters, check_no_address)  # of a person or an organization
