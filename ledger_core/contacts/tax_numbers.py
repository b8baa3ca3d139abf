"""Tax numbers: those that claim to be a VAT number of the European Union have to look like one of their country.

Other tax numbers are taken as they are. Whether a number is really somebody's only the tax offices know (VIES).
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from stdnum.eu import vat

# Greece writes EL; the library knows it by its country code, too.
PREFIXES = sorted({state.upper() for state in vat.MEMBER_STATES} | {"EL"})
_CLAIMS = re.compile(rf"({'|'.join(PREFIXES)})[ .-]*[0-9A-Z]*[0-9][0-9A-Z .-]*")


def check_tax_number(number: str) -> None:
    """Raise ValidationError for a VAT number whose length, signs or check digits are not its country's."""
    if _CLAIMS.fullmatch(number.upper()) and not vat.is_valid(number):
        country = number[:2].upper()
        message = f"This is no VAT number of {country}: its length or its check digits are wrong. Look for a mistype."
        raise ValidationError(message, code="invalid_vat_number")
