"""`partbook chain` and `partbook key`: where the contracts are, keeping the local chain up, and keys by name."""

import time
from getpass import getpass
from typing import Annotated

import typer

from partbook.chain.connection import open_chain
from partbook.chain.deployment import ORDER, Deployment, deploy
from partbook.chain.signers import HOUSE, Keyring, Passphrase, passphrase_from
from partbook.core.errors import NotFound, UnusableInput
from partbook.core.money import ether
from partbook.core.settings import LOCAL, Settings
from partbook.core.terminal import put, put_json, put_table, say

chain = typer.Typer(help="See the chain and the contracts on it, deploy them, keep it up.", no_args_is_help=True)
key = typer.Typer(help="Make keys and list them; a name stands for an account.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def attach(cli: typer.Typer) -> None:
    """Add the nouns `chain` and `key`."""
    cli.add_typer(chain, name="chain")
    cli.add_typer(key, name="key")


@chain.command("show")
def show(context: typer.Context, json_: Json = False) -> None:
    """Show the chain, its newest block and where this home folder's contracts are."""
    settings: Settings = context.obj
    with open_chain(settings) as opened:
        head, at = opened.head(), opened.now()
        try:
            deployment = Deployment.read(settings.home, opened.chain_id)
            deployment.check(opened)
            addresses = deployment.addresses
        except NotFound:
            addresses = {}
        facts = {
            "chain_id": opened.chain_id,
            "local": opened.is_local,
            "block": head.number,
            "block_hash": "0x" + head.hash.hex(),
            "time": at.isoformat(),
            "contracts": addresses,
        }
    if json_:
        put_json(facts)
        return
    put(f"Chain {facts['chain_id']}, block {head.number}, {at:%Y-%m-%d %H:%M:%S} UTC")
    if addresses:
        put_table(("contract", "address"), list(addresses.items()))
    else:
        put("No contracts are deployed yet: partbook chain deploy")


@chain.command("deploy")
def deploy_contracts(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="Key that pays, and administers the contracts afterwards.")] = HOUSE,
    again: Annotated[bool, typer.Option("--again", help="Deploy anew although contracts are there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be deployed and send nothing.")] = False,
    json_: Json = False,
) -> None:
    """Put the contracts on the chain. On the local chain this happens by itself when they are first needed."""
    settings: Settings = context.obj
    with open_chain(settings) as opened:
        if not again and _is_known(settings, opened.chain_id):
            raise UnusableInput(f"Contracts on chain {opened.chain_id} are known already. Deploy anew with --again.")
        signer = Keyring(settings.home, opened.chain_id, _passphrase(settings)).open(by)
        if dry_run:
            purse = f"{by}, {signer.address}, {ether(opened.balance(signer.address))} ether"
            say(f"To chain {opened.chain_id}, paid by {purse}. Nothing was sent.")
            put_json({"would_deploy": list(ORDER)}) if json_ else put("\n".join(ORDER))
            return
        deployment = deploy(opened, signer)
        deployment.write(settings.home)
    if json_:
        put_json(deployment.addresses)
    else:
        put_table(("contract", "address"), list(deployment.addresses.items()))


@chain.command("keep")
def keep(context: typer.Context) -> None:
    """Keep the local chain up until Ctrl-C, so that each command in between starts at once."""
    settings: Settings = context.obj
    if settings.chain_url != LOCAL:
        raise UnusableInput(f"The chain is at {settings.chain_url}: it is not ours to keep.")
    with open_chain(settings) as opened:
        put(str(getattr(opened.web3.provider, "endpoint_uri", "")))
        say("The local chain is up. Stop with Ctrl-C.")
        while True:
            time.sleep(3600)


@key.command("new")
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Small letters, digits and '-'.")],
    json_: Json = False,
) -> None:
    """Make a key, kept as an encrypted file that only you can read."""
    settings: Settings = context.obj
    if settings.passphrase_file is not None:
        passphrase = passphrase_from(settings.passphrase_file)(name)
    else:
        passphrase = getpass(f"Passphrase for the new key '{name}': ")
        if passphrase != getpass("The same again: "):
            raise UnusableInput("The two passphrases differ. Nothing was made.")
    if len(passphrase) < 8:
        raise UnusableInput(f"A passphrase needs 8 characters or more; this one has {len(passphrase)}.")
    with open_chain(settings) as opened:
        address = Keyring(settings.home, opened.chain_id).create(name, passphrase)
    put_json({"name": name, "address": address}) if json_ else put(address)


@key.command("list")
def list_keys(context: typer.Context, json_: Json = False) -> None:
    """List every name with its account and what it has."""
    settings: Settings = context.obj
    with open_chain(settings) as opened:
        names = Keyring(settings.home, opened.chain_id).names()
        rows = [(name, address, opened.balance(address)) for name, address in names.items()]
    if json_:
        put_json([{"name": name, "address": address, "balance": str(has)} for name, address, has in rows])
    else:
        put_table(("name", "account", "ether"), [(name, address, ether(has)) for name, address, has in rows])


def _is_known(settings: Settings, chain_id: int) -> bool:
    try:
        Deployment.read(settings.home, chain_id)
    except NotFound:
        return False
    return True


def _passphrase(settings: Settings) -> Passphrase:
    if settings.passphrase_file is not None:
        return passphrase_from(settings.passphrase_file)
    return lambda name: getpass(f"Passphrase of the key '{name}': ")
