"""A registry and a vault on a fresh chain, and the people who use them."""

import pytest
import sheets


@pytest.fixture(autouse=True)
def isolation(fn_isolation):
    """Every test starts from the state that its module made."""


@pytest.fixture(scope="module")
def operator(accounts):
    """Deploys, and is the access manager's first admin."""
    return accounts[0]


@pytest.fixture(scope="module")
def stranger():
    """Somebody who has no part in any work."""
    return sheets.person("stranger")


@pytest.fixture(scope="module")
def ada():
    """A songwriter."""
    return sheets.person("ada")


@pytest.fixture(scope="module")
def ben():
    """A co-writer."""
    return sheets.person("ben")


@pytest.fixture(scope="module")
def cleo():
    """A lyricist."""
    return sheets.person("cleo")


@pytest.fixture(scope="module")
def authority(Authority, operator):
    """The access manager; its admin may call everything that is restricted."""
    return operator.deploy(Authority, operator)


@pytest.fixture(scope="module")
def registry(WorkRegistry, operator, authority):
    """An empty registry, with the vault and the dispute module that it made."""
    return operator.deploy(WorkRegistry, authority)


@pytest.fixture(scope="module")
def vault(RoyaltyVault, registry):
    """The registry's empty vault."""
    return RoyaltyVault.at(registry.vault())


@pytest.fixture(scope="module")
def disputes(DisputeModule, registry):
    """The registry's dispute module."""
    return DisputeModule.at(registry.disputes())


@pytest.fixture(scope="module")
def song(registry, ada, ben, cleo):
    """A sealed work: the master 50/30/20 for Ada, Ben and Cleo, the composition 60/40 for Ada and Cleo."""
    return sheets.seal_work(
        registry,
        ada,
        master=[sheets.line(ada, 5000), sheets.line(ben, 3000), sheets.line(cleo, 2000, role=sheets.LYRICIST)],
        composition=[sheets.line(ada, 6000, ai=50), sheets.line(cleo, 4000, role=sheets.LYRICIST)],
        signers=[ada, ben, cleo],
    )
