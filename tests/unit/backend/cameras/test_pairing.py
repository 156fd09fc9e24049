"""A camera box gets a key for a code: once, in time, and by no guess."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.access.keys import HOUSEHOLD, STRANGER, Caller, Keyring, camera_caller
from backend.access.roles import Role
from backend.bus import Bus
from backend.cameras.errors import CameraHasKey, TooManyCodes, UnknownCamera, WrongCode
from backend.cameras.last_seen import LastSeen
from backend.cameras.pairing import MAX_OPEN_CODES, PairingService
from backend.cameras.service import CameraService, KeyKind
from backend.errors import Forbidden, TooManyRequests
from backend.storage.database import SqliteDatabase
from testkit.clock import Clock
from testkit.households import HOME

API_KEY, HALL_OF_SETTINGS = "key-of-the-household", "key-of-the-hallway-box"


class House:
    """The cameras of one house, its keys, and a time that passes only when a test says so."""

    def __init__(self, path: Path) -> None:
        self.clock, self.monotonic = Clock(1.8e9), Clock(100.0)
        self.database = SqliteDatabase(path)
        self.begin()

    def begin(self) -> None:
        """As after a start."""
        in_settings = {camera_caller("hall", HOME): SecretStr(HALL_OF_SETTINGS)}
        self.keyring = Keyring(SecretStr(API_KEY), in_settings)
        self.cameras = CameraService(
            self.database, self.keyring, {"hall"}, LastSeen(), 40.0, Bus(), self.clock
        )
        self.pairing = PairingService(self.database, self.cameras, self.clock, self.monotonic)

    def code(self, camera_id: str = "거실") -> str:
        return self.pairing.make_code(camera_id, 1, None).code

    def key(self, code: str) -> str:
        self.monotonic.now += 60.0  # nobody has guessed of late
        return self.pairing.redeem(code, "192.0.2.7").key.get_secret_value()

    def camera_of(self, key: str) -> str | None:
        return self.keyring.owner(key.encode()).camera_id


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "database" / "dolbom.sqlite3")
    with closing(house.database):
        yield house


def other_than(*codes: str) -> str:
    return next(code for number in range(9) if (code := f"{number:06}") not in codes)


def test_code_gives_a_key_that_opens_at_once_and_after_a_restart(house: House) -> None:
    key = house.key(house.code())
    assert house.camera_of(key) == "거실"
    house.begin()
    assert house.camera_of(key) == "거실"
    shown = house.cameras.find("거실", 1)
    assert (shown.key, shown.paired_at) == (KeyKind.PAIRED, house.clock.now)


def test_neither_code_nor_key_is_kept_readably(house: House, tmp_path: Path) -> None:
    code = house.code()
    key = house.key(code)
    house.database.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    assert key.encode() not in kept
    assert f"'{code}'".encode() not in kept


def test_code_serves_once(house: House) -> None:
    code = house.code()
    house.key(code)
    with pytest.raises(WrongCode, match="make a new one"):
        house.key(code)


def test_code_is_good_for_ten_minutes(house: House) -> None:
    code = house.code()
    house.clock.now += 601.0
    with pytest.raises(WrongCode, match="10 minutes"):
        house.key(code)


def test_code_of_a_clock_that_was_ahead_is_good_no_longer_than_any(house: House) -> None:
    house.clock.now += 86_400.0
    code = house.code()
    house.clock.now -= 86_400.0
    with pytest.raises(WrongCode):
        house.key(code)


def test_fifth_wrong_try_is_the_end_of_every_open_code(house: House) -> None:
    codes = [house.code("거실"), house.code("부엌")]
    for _ in range(5):
        with pytest.raises(WrongCode):
            house.key(other_than(*codes))
    for code in codes:
        with pytest.raises(WrongCode):
            house.key(code)
    assert house.camera_of(house.key(house.code("거실"))) == "거실"


def test_four_wrong_tries_spoil_no_code(house: House) -> None:
    code = house.code()
    for _ in range(4):
        with pytest.raises(WrongCode):
            house.key(other_than(code))
    assert house.camera_of(house.key(code)) == "거실"


def test_later_code_of_a_camera_replaces_the_earlier_one(house: House) -> None:
    first, second = house.code(), house.code()
    with pytest.raises(WrongCode):
        house.key(first)
    assert house.camera_of(house.key(second)) == "거실"


def test_old_key_is_good_until_the_new_one_is_fetched(house: House) -> None:
    old = house.key(house.code())
    code = house.code()
    assert house.camera_of(old) == "거실"
    new = house.key(code)
    assert (house.camera_of(old), house.camera_of(new)) == (None, "거실")


def test_removed_camera_is_refused_at_once_and_its_code_is_void(house: House) -> None:
    key, code = house.key(house.code()), house.code()
    house.cameras.remove("거실", 1)
    assert house.keyring.owner(key.encode()) is STRANGER
    with pytest.raises(WrongCode):
        house.key(code)
    assert [it.camera_id for it in house.cameras.all(1)] == ["hall"]
    house.begin()
    assert house.camera_of(key) is None


def test_key_of_the_settings_wins(house: House) -> None:
    with pytest.raises(CameraHasKey, match="CAMERA_KEYS"):
        house.code("hall")
    assert house.camera_of(HALL_OF_SETTINGS) == "hall"
    assert house.cameras.find("hall", 1).key is KeyKind.ENVIRONMENT


def test_paired_key_is_refused_once_the_settings_have_another(house: House) -> None:
    key = house.key(house.code())
    settings = {camera_caller("거실", HOME): SecretStr("another-key-of-this")}
    keyring = Keyring(SecretStr(API_KEY), settings)
    CameraService(house.database, keyring, {"거실"}, LastSeen(), 40.0, Bus(), house.clock)
    assert keyring.owner(key.encode()) is STRANGER
    assert keyring.owner(b"another-key-of-this").camera_id == "거실"


def test_as_many_codes_as_may_be_are_open_at_a_time(house: House) -> None:
    for number in range(MAX_OPEN_CODES):
        house.code(f"camera {number}")
    with pytest.raises(TooManyCodes):
        house.code("one more")
    house.code("camera 0")


def guesses(house: House, address: str) -> int:
    """How many wrong codes `address` may show at once."""
    for number in range(99):
        try:
            house.pairing.redeem("000000", address)
        except WrongCode:
            continue
        except TooManyRequests:
            return number
    return 99


def test_one_address_may_guess_three_times_and_then_once_a_minute(house: House) -> None:
    assert guesses(house, "192.0.2.7") == 3
    house.monotonic.now += 60.0
    assert guesses(house, "192.0.2.7") == 1


def test_addresses_of_one_subnet_count_as_one(house: House) -> None:
    assert guesses(house, "2001:db8::1") == 3
    assert guesses(house, "2001:db8::2") == 0


def test_all_addresses_together_may_guess_ten_times(house: House) -> None:
    assert sum(guesses(house, f"192.0.2.{number}") for number in range(20)) == 10


def test_without_keys_pairing_is_no_error(house: House) -> None:
    cameras = CameraService(house.database, None, {}, LastSeen(), 40.0, Bus(), house.clock)
    pairing = PairingService(house.database, cameras, house.clock, house.monotonic)
    code = pairing.make_code("거실", 1, None).code
    assert pairing.redeem(code, "127.0.0.1").camera_id == "거실"


def test_same_name_in_another_household_is_another_camera(house: House) -> None:
    first = house.key(house.code("거실"))
    made = house.pairing.make_code("거실", 2, None)
    second = house.key(made.code)
    assert (house.camera_of(first), house.camera_of(second)) == ("거실", "거실.h2")
    assert house.keyring.owner(second.encode()).household_id == 2
    assert [it.camera_id for it in house.cameras.all(2)] == ["거실.h2"]
    assert "거실.h2" not in [it.camera_id for it in house.cameras.all(1)]
    with pytest.raises(UnknownCamera):
        house.cameras.remove("거실", 2)
    house.cameras.remove("거실.h2", 2)
    assert house.camera_of(first) == "거실"


def test_open_codes_of_one_household_leave_those_of_another(house: House) -> None:
    for number in range(MAX_OPEN_CODES):
        house.code(f"camera {number}")
    with pytest.raises(TooManyCodes):
        house.code("one more")
    assert house.pairing.make_code("one more", 2, None).camera_id == "one more.h2"


def test_right_codes_are_no_guesses(house: House) -> None:
    keys = []
    for number in range(20):
        code = house.code(f"camera {number}")
        keys.append(house.pairing.redeem(code, "192.0.2.7").key)
    assert len(keys) == 20


def test_cameras_report_for_their_own_household_only(house: House) -> None:
    paired = house.keyring.owner(house.key(house.pairing.make_code("거실", 2, None).code).encode())
    key = Caller("household key 1", household_id=2, role=Role.OWNER)
    for caller in (paired, key):
        house.cameras.check_senders(caller, {"거실.h2"})
        for others in ({"거실"}, {"거실.h2", "hall"}, {"bath.h3"}):
            with pytest.raises(Forbidden):
                house.cameras.check_senders(caller, others)
    house.cameras.check_senders(key, {"not paired.h2"})
    with pytest.raises(Forbidden):
        house.cameras.check_senders(HOUSEHOLD, {"거실.h2"})
