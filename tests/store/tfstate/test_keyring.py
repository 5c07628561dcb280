"""The keys that encrypt Terraform states."""

import stat
from pathlib import Path

import pytest

from signalcraft.store.tfstate.keyring import KEY_BYTES, Keyring, UnusableKeys, add_key, key_number

OLD, NEW = Keyring({1: b"a" * KEY_BYTES}), Keyring({1: b"a" * KEY_BYTES, 2: b"b" * KEY_BYTES})


def test_the_newest_key_encrypts_and_older_ones_still_decrypt() -> None:
    before = OLD.wrap(b"content key", "state/1")
    after = NEW.wrap(b"content key", "state/1")
    assert (key_number(before), key_number(after)) == (1, 2)
    assert NEW.unwrap(before, "state/1") == NEW.unwrap(after, "state/1") == b"content key"
    with pytest.raises(UnusableKeys, match="encrypted with key 2, which the key file lacks"):
        OLD.unwrap(after, "state/1")


def test_an_envelope_opens_only_where_it_belongs() -> None:
    envelope = NEW.wrap(b"content key", "state/1")
    with pytest.raises(UnusableKeys, match="the database was altered"):
        NEW.unwrap(envelope, "state/2")


@pytest.mark.parametrize("position", range(len(NEW.wrap(b"content key", "state/1"))))
def test_no_byte_of_an_envelope_can_be_altered(position: int) -> None:
    envelope = bytearray(NEW.wrap(b"content key", "state/1"))
    envelope[position] ^= 1
    with pytest.raises(UnusableKeys):
        NEW.unwrap(bytes(envelope), "state/1")


def test_another_key_of_the_same_number_does_not_decrypt() -> None:
    other = Keyring({1: b"c" * KEY_BYTES})
    with pytest.raises(UnusableKeys, match="another key of that number"):
        other.unwrap(OLD.wrap(b"content key", "state/1"), "state/1")


def test_a_key_file_is_its_owners_alone_and_grows_by_a_key(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    assert add_key(file) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    envelope = Keyring.read(file).wrap(b"content key", "state/1")
    assert add_key(file) == 2
    assert Keyring.read(file).newest == 2
    assert Keyring.read(file).unwrap(envelope, "state/1") == b"content key"
    assert len({line for line in file.read_text().splitlines() if line[0].isdigit()}) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no keys"),
        ("# a comment\n\n", "has no keys"),
        ("1:c2hvcnQ=\n", "line 1, must be a number, a colon and a Base64 key of 32 bytes"),
        ("secret-that-is-not-shown\n", "line 1, must be a number"),
        (f"2:{'A' * 43}=\n1:{'B' * 43}=\n", "line 2: key numbers must increase"),
    ],
)
def test_a_key_file_that_cannot_be_used_says_why_without_a_key(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "keys"
    file.write_text(text)
    with pytest.raises(UnusableKeys, match=said) as raised:
        Keyring.read(file)
    assert "secret" not in str(raised.value)
    assert "AAAA" not in str(raised.value)


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableKeys, match=str(tmp_path / "none")):
        Keyring.read(tmp_path / "none")
