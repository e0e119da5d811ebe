// SPDX-License-Identifier: Apache-2.0
// Contract wallets for tests: one that signs by its owner's key, one that takes no coin, one that calls back.
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";

/// @notice Signs with its owner's key (ERC-1271), calls what the owner says, takes coin.
contract ContractWallet is IERC1271 {
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable virtual {}

    function isValidSignature(bytes32 hash, bytes calldata signature) public view virtual returns (bytes4) {
        (address signer,,) = ECDSA.tryRecover(hash, signature);
        return signer == owner ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function execute(address target, uint256 value, bytes calldata data) external returns (bytes memory) {
        require(msg.sender == owner, "not the owner");
        return Address.functionCallWithValue(target, data, value);
    }
}

/// @notice A wallet that refuses coin.
contract StubbornWallet is ContractWallet {
    constructor(address owner_) ContractWallet(owner_) {}

    receive() external payable override {
        revert("no coin here");
    }
}

/// @notice A wallet that claims again while it is being paid, and remembers whether that worked.
contract GreedyWallet is ContractWallet {
    IRoyaltyVault private _vault;
    bytes32 private _splitId;
    uint256[] private _lines;
    uint256 private _index;
    uint256 public attempts;
    uint256 public successes;

    constructor(address owner_) ContractWallet(owner_) {}

    function aim(IRoyaltyVault vault, bytes32 splitId, uint256[] calldata lines, uint256 index) external {
        (_vault, _splitId, _lines, _index) = (vault, splitId, lines, index);
    }

    receive() external payable override {
        if (address(_vault) == address(0)) return;
        ++attempts;
        try _vault.claimFor(_splitId, address(0), _lines, _index) {
            ++successes;
        } catch {}
    }
}
