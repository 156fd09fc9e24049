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


def nothing_walked(language: Language) -> str:
    """Nobody was seen walking, or the camera boxes do not measure it."""
    said: Sentence = {
        "ko": "이 기간과 그 앞 기간에 잰 걷기가 없습니다. 걷지 않았다는 뜻이 아니라 카메라 상자가 "
        "재지 않았을 수 있으므로, 걷기를 잰 날이 있어야 합니다.",
        "en": "Expected days on which walking was measured; in these days and those before there "
        "are none, which may mean that the camera boxes do not measure it.",
    }
    return said[language]
