"""What is said where there is too little to answer from."""

from contract.language import Language

Sentence = dict[Language, str]


def too_few_days(language: Language, needed: int, found: int) -> str:
    """Days of which at least half was seen."""
    said: Sentence = {
        "ko": f"카메라가 절반 넘게 본 날이 {needed}일은 있어야 답할 수 있습니다. "
        f"지금은 {found}일입니다.",
        "en": f"Expected at least {needed} days of which half or more was seen; there are {found}.",
    }
    return said[language]


def too_few_nights(language: Language, needed: int, found: int) -> str:
    """Nights of which at least half was seen."""
    said: Sentence = {
        "ko": f"카메라가 절반 넘게 본 밤이 {needed}밤은 있어야 답할 수 있습니다. "
        f"지금은 {found}밤입니다.",
        "en": f"Expected at least {needed} nights of which half or more was seen; "
        f"there are {found}.",
    }
    return said[language]


def nothing_seen(language: Language) -> str:
    """Nothing happened that is known, and nothing was seen."""
    said: Sentence = {
        "ko": "이 기간에 카메라가 본 시간이 없습니다. 아무 일도 없었다는 뜻이 아니므로, "
        "본 시간이 있는 기간을 물어야 합니다.",
        "en": "Expected days of which a camera saw something; in these none did, which does not "
        "mean that nothing happened.",
    }
    return said[language]
