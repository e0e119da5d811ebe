"""Keys: by name, in files that only their owner reads, and never a raw one on a real chain."""

import json
import stat
from pathlib import Path

import pytest

from partbook.chain.signers import (
    DEMO_MNEMONIC,
    HOUSE,
    Keyring,
    KeystoreSigner,
    demo_accounts,
    passphrase_from,
)
from partbook.chain.typed_data import check_in_message, recover
from partbook.core.errors import ConnectionFailed, NotFound, UnusableInput
from partbook.core.ids import TicketId

LOCAL, MAINNET = 1337, 1
FIRST = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


def test_names_get_accounts_in_the_order_in_which_they_come(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path, LOCAL)
    ana, ben = keyring.open("ana").address, keyring.open("ben").address
    again = Keyring(tmp_path, LOCAL)
    assert (again.open("ben").address, again.open("ana").address) == (ben, ana)
    assert again.names() == {HOUSE: FIRST, "ana": ana, "ben": ben}
    assert again.name_of(ben.lower()) == "ben"
    assert again.name_of("0x" + "9" * 40) is None
    assert again.address(ben.lower()) == ben


def test_a_key_of_ones_own_survives_and_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    address = Keyring(tmp_path, MAINNET).create("label", "correct horse")
    path = tmp_path / "keys" / "label.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["version"] == 3
    keyring = Keyring(tmp_path, MAINNET, passphrase=lambda name: "correct horse")
    assert keyring.address("label") == address == keyring.open("label").address
    with pytest.raises(UnusableInput, match="Check the passphrase"):
        KeystoreSigner.open(path, "battery staple")
    with pytest.raises(UnusableInput, match="taken"):
        keyring.create("label", "again")


def test_a_real_chain_has_no_demo_accounts(tmp_path: Path) -> None:
    Keyring(tmp_path, LOCAL).open("ana")
    with pytest.raises(NotFound, match="No key is called 'ana'"):
        Keyring(tmp_path, MAINNET).open("ana")


def test_a_raw_key_refuses_a_real_chain() -> None:
    signer = demo_accounts(DEMO_MNEMONIC, 1)[0]
    with pytest.raises(ConnectionFailed, match="not on chain 1"):
        signer.sign_transaction({"chainId": MAINNET, "to": signer.address, "value": 1, "nonce": 0, "gas": 21_000})
    message = check_in_message(MAINNET, signer.address, [TicketId(1)], signer.address, 1)
    with pytest.raises(ConnectionFailed, match="not on chain 1"):
        signer.sign_typed_data(message)


def test_a_signature_names_its_signer() -> None:
    signer = demo_accounts(count=1)[0]
    message = check_in_message(LOCAL, signer.address, [TicketId(7)], signer.address, 99)
    assert recover(message, signer.sign_typed_data(message)) == signer.address
    with pytest.raises(UnusableInput, match="not a signature"):
        recover(message, b"\0" * 65)


@pytest.mark.parametrize("name", ["", "../etc", "Ana", "a b", "_demo"])
def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableInput, match="not a name for a key"):
        Keyring(tmp_path, LOCAL).open(name)


def test_a_passphrase_comes_from_the_first_line_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one two\nthree\n")
    assert passphrase_from(tmp_path / "secret")("ana") == "one two"
    with pytest.raises(UnusableInput, match="could not be read"):
        passphrase_from(tmp_path / "none")("ana")


def test_a_signer_does_not_show_its_key() -> None:
    signer = demo_accounts(count=1)[0]
    assert repr(signer) == f"LocalAccountSigner({FIRST})"
