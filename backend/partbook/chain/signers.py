"""Who signs: an account behind one small protocol, and the keyring that finds it by name."""

import fcntl
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import is_address, to_checksum_address

from partbook.chain.typed_data import TypedMessage
from partbook.core.canonical import read_json
from partbook.core.errors import ConnectionFailed, NotFound, UnusableInput
from partbook.core.files import write_whole
from partbook.core.ids import Address

LOCAL_CHAIN_IDS = frozenset({1337, 31337})
DEMO_ACCOUNTS = 50
"""Accounts that a local chain funds at its birth; the first is the house's own."""
HOUSE = "house"
DEMO_MNEMONIC = "test test test test test test test test test test test junk"
"""The well-known words of development chains: good for nothing but play money, which is the point."""

Passphrase = Callable[[str], str]
"""Asked for the passphrase of the key with this name."""

Account.enable_unaudited_hdwallet_features()


class Signer(Protocol):
    """An account that can sign, wherever its key lives."""

    @property
    def address(self) -> Address:
        """The account."""
        ...

    def sign_transaction(self, transaction: dict[str, Any]) -> bytes:
        """The raw signed bytes of a transaction."""
        ...

    def sign_typed_data(self, message: TypedMessage) -> bytes:
        """A 65-byte signature under a typed message."""
        ...


class AccountSigner:
    """Signs with a key in memory. Keystore files end here once they are open."""

    def __init__(self, account: LocalAccount) -> None:
        self._account = account

    @property
    def address(self) -> Address:
        """The account."""
        return Address(self._account.address)

    def sign_transaction(self, transaction: dict[str, Any]) -> bytes:
        """The raw signed bytes of a transaction."""
        return bytes(self._account.sign_transaction(transaction).raw_transaction)

    def sign_typed_data(self, message: TypedMessage) -> bytes:
        """A 65-byte signature under a typed message."""
        return bytes(self._account.sign_message(message.signable()).signature)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"


class KeystoreSigner(AccountSigner):
    """A key from a keystore v3 file."""

    @classmethod
    def open(cls, path: Path, passphrase: str) -> "KeystoreSigner":
        """Decrypt the file; takes about a second, as it should.

        Raises:
            NotFound: there is no such file.
            UnusableInput: wrong passphrase, or not a keystore.
        """
        if not path.is_file():
            raise NotFound(f"There is no key at {path}.")
        try:
            return cls(Account.from_key(Account.decrypt(read_json(path), passphrase)))
        except (ValueError, TypeError, KeyError) as broken:
            raise UnusableInput(f"{path} did not open: {broken}. Check the passphrase.") from None


class LocalAccountSigner(AccountSigner):
    """A raw key, for play money only: it refuses every chain that is not local."""

    def sign_transaction(self, transaction: dict[str, Any]) -> bytes:
        """The raw signed bytes of a transaction on a local chain."""
        _must_be_local(int(transaction["chainId"]))
        return super().sign_transaction(transaction)

    def sign_typed_data(self, message: TypedMessage) -> bytes:
        """A 65-byte signature that counts on a local chain."""
        _must_be_local(message.chain_id)
        return super().sign_typed_data(message)


class Keyring:
    """Keys by name in `home/keys`. On a local chain a name without a key file gets a funded demo account.

    Args:
        home: Partbook's home folder.
        chain_id: the chain that the keys sign for; demo accounts exist on 1337 and 31337 only.
        passphrase: asked when a key file must be opened.
        mnemonic: words of the demo accounts.
    """

    def __init__(
        self, home: Path, chain_id: int, passphrase: Passphrase | None = None, mnemonic: str = DEMO_MNEMONIC
    ) -> None:
        self._folder = home / "keys"
        self._local = chain_id in LOCAL_CHAIN_IDS
        self._ask = passphrase
        self._mnemonic = mnemonic
        self._opened: dict[str, Signer] = {}

    def create(self, name: str, passphrase: str) -> Address:
        """Make a new key and write it as keystore v3, readable by its owner only.

        Raises:
            UnusableInput: the name is unusable or taken.
        """
        path = self._path(name)
        if path.exists() or name in self._demo_names():
            raise UnusableInput(f"The name '{name}' is taken. Choose another.")
        account = Account.create()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, json.dumps(account.encrypt(passphrase)).encode())
        path.chmod(0o600)
        return Address(account.address)

    def open(self, name: str, passphrase: str | None = None) -> Signer:
        """The signer of a name.

        Raises:
            NotFound: no key has that name (never on a local chain).
            UnusableInput: the passphrase is wrong, or none was given.
        """
        if name not in self._opened:
            self._opened[name] = self._open(name, passphrase)
        return self._opened[name]

    def address(self, who: str) -> Address:
        """The account of a name, or the address itself where one is given.

        Raises:
            NotFound: no key has that name (never on a local chain).
        """
        if is_address(who):
            return Address(to_checksum_address(who))
        if who in self._opened:
            return self._opened[who].address
        if self._path(who).is_file():
            return Address(to_checksum_address(read_json(self._path(who))["address"]))
        return self.open(who).address

    def names(self) -> dict[str, Address]:
        """Every known name with its account."""
        stored = {
            path.stem: self.address(path.stem) for path in sorted(self._folder.glob("*.json")) if path.stem != "_demo"
        }
        return {name: self.address(name) for name in self._demo_names()} | stored

    def name_of(self, address: str) -> str | None:
        """The name of an account, None for a stranger's."""
        wanted = Address(to_checksum_address(address))
        return next((name for name, known in self.names().items() if known == wanted), None)

    def _open(self, name: str, passphrase: str | None) -> Signer:
        path = self._path(name)
        if path.is_file():
            if passphrase is None:
                if self._ask is None:
                    raise UnusableInput(f"The key '{name}' needs its passphrase: set PARTBOOK_PASSPHRASE_FILE.")
                passphrase = self._ask(name)
            return KeystoreSigner.open(path, passphrase)
        if not self._local:
            raise NotFound(f"No key is called '{name}' in {self._folder}. Known: {', '.join(self.names()) or 'none'}.")
        return LocalAccountSigner(demo_account(self._mnemonic, self._demo_index(name)))

    def _path(self, name: str) -> Path:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
            raise UnusableInput(f"'{name}' is not a name for a key. Use small letters, digits and '-', such as 'ana'.")
        return self._folder / f"{name}.json"

    def _demo_names(self) -> dict[str, int]:
        path = self._folder / "_demo.json"
        if not self._local:
            return {}
        return dict(read_json(path)) if path.is_file() else {HOUSE: 0}

    def _demo_index(self, name: str) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "_demo.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two commands with new names must not give one account twice
            known = self._demo_names()
            if name not in known:
                if len(known) >= DEMO_ACCOUNTS:
                    raise NotFound(f"All {DEMO_ACCOUNTS} demo accounts have names. Make a key: partbook key new {name}")
                known[name] = len(known)
                write_whole(self._folder / "_demo.json", json.dumps(known, indent=2).encode())
            return known[name]


def demo_account(mnemonic: str, index: int) -> LocalAccount:
    """The account at `m/44'/60'/0'/0/index` of the words."""
    account: LocalAccount = Account.from_mnemonic(mnemonic, account_path=f"m/44'/60'/0'/0/{index}")
    return account


def demo_accounts(mnemonic: str = DEMO_MNEMONIC, count: int = 10) -> list[LocalAccountSigner]:
    """The first accounts of the words, each as a signer for local chains."""
    return [LocalAccountSigner(demo_account(mnemonic, index)) for index in range(count)]


def passphrase_from(path: Path) -> Passphrase:
    """Reads every passphrase from one file: its first line."""

    def read(name: str) -> str:
        try:
            return path.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, IndexError, UnicodeDecodeError) as broken:
            raise UnusableInput(f"The passphrase of '{name}' could not be read from {path}: {broken}.") from None

    return read


def _must_be_local(chain_id: int) -> None:
    if chain_id not in LOCAL_CHAIN_IDS:
        raise ConnectionFailed(
            f"A raw key signs on local chains only (1337, 31337), not on chain {chain_id}. Use a keystore file."
        )
