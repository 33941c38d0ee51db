"""Numbers that prove themselves: cards (Luhn) and IBAN (ISO 7064 mod 97)."""

from __future__ import annotations

from typing import Final

_DOUBLED: Final = str.maketrans("0123456789", "0246813579")

_COUNTRIES = """
    AD=24 AE=23 AL=28 AT=20 AZ=28 BA=20 BE=16 BG=22 BH=22 BR=29 BY=28 CH=21 CR=22 CY=28 CZ=24 DE=22 DK=18 DO=28 EE=20 EG=29
    ES=24 FI=18 FO=18 FR=27 GB=22 GE=22 GI=23 GL=18 GR=27 GT=28 HR=21 HU=28 IE=22 IL=23 IQ=23 IS=26 IT=27 JO=30 KW=30 KZ=20
    LB=28 LC=32 LI=21 LT=20 LU=20 LV=21 LY=25 MC=27 MD=24 ME=22 MK=19 MR=27 MT=31 MU=30 NL=18 NO=15 PK=24 PL=28 PS=29 PT=25
    QA=29 RO=24 RS=22 SA=24 SC=31 SE=24 SI=19 SK=24 SM=27 ST=25 SV=28 TL=23 TN=24 TR=26 UA=29 VA=22 VG=24 XK=20
"""
_IBAN_LENGTHS: Final = dict(pair.split("=") for pair in _COUNTRIES.split())
_VALUES: Final = {code: str(code - ord("A") + 10) for code in range(ord("A"), ord("Z") + 1)}


def luhn(digits: str) -> bool:
    """Say whether the check digit fits (ISO/IEC 7812)."""
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def is_card(digits: str) -> bool:
    """Say whether this is the number of a payment card: issuer, length and check digit."""
    size = len(digits)
    if not 13 <= size <= 19:
        return False
    two, four = int(digits[:2]), int(digits[:4])
    issued = (
        (digits[0] == "4" and size == 16)
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and size == 16)
        or (two in (34, 37) and size == 15)
        or ((four == 6011 or two == 65 or 644 <= int(digits[:3]) <= 649) and size in (16, 19))
        or (3528 <= four <= 3589 and size == 16)
        or ((two in (36, 38, 39) or 300 <= int(digits[:3]) <= 305) and size == 14)
        or (two == 62 and size in (16, 19))
    )
    return issued and luhn(digits)


def is_iban(text: str) -> bool:
    """Say whether this is an IBAN: country, length and check digits; blanks are ignored."""
    compact = "".join(text.split()).upper()
    if _IBAN_LENGTHS.get(compact[:2]) != str(len(compact)) or not compact[2:4].isdigit() or not compact.isalnum():
        return False
    turned = compact[4:] + compact[:4]
    return compact.isascii() and int(turned.translate(_VALUES)) % 97 == 1
