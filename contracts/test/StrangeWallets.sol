// SPDX-License-Identifier: Apache-2.0
// Wallets for tests that make trouble for those who pay them.
pragma solidity 0.8.30;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {ITokenHooks} from "./StrangeCoins.sol";
import {ContractWallet} from "./Wallets.sol";

/// @notice Burns all the gas that it is given with coin.
contract GasBurningWallet is ContractWallet {
    constructor(address owner_) ContractWallet(owner_) {}

    receive() external payable override {
        for (uint256 i;; ++i) {}
    }
}

/// @notice Takes coin, and returns as many bytes as it was told.
contract ReturnBombingWallet is ContractWallet {
    uint256 private _size;

    constructor(address owner_) ContractWallet(owner_) {}

    function load(uint256 size) external {
        _size = size;
    }

    receive() external payable override {
        uint256 size = _size;
        assembly ("memory-safe") {
            return(0, size)
        }
    }
}

/// @notice Has its own word on signatures, which its owner can take back.
contract RevokingWallet is ContractWallet {
    bool public revoked;

    constructor(address owner_) ContractWallet(owner_) {}

    function revoke() external {
        revoked = true;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) public view override returns (bytes4) {
        return revoked ? bytes4(0xffffffff) : super.isValidSignature(hash, signature);
    }
}

/// @notice When told of tokens that move, it calls the vault once more, and remembers whether that worked.
contract HookedWallet is ContractWallet, ITokenHooks {
    address private _target;
    bytes private _data;
    bool private _inside;
    uint256 public attempts;
    uint256 public successes;

    constructor(address owner_) ContractWallet(owner_) {}

    /// @notice What to call when tokens move; the zero address for nothing.
    function aim(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function tokensToSend(address, uint256) external {
        _again();
    }

    function tokensReceived(address, uint256) external {
        _again();
    }

    function _again() private {
        if (_target == address(0) || _inside) return;
        _inside = true;
        ++attempts;
        (bool worked,) = _target.call(_data);
        if (worked) ++successes;
        _inside = false;
    }
}

/// @notice A wallet that cannot sign at all.
contract MuteWallet {
    address private immutable _owner;

    constructor(address owner_) {
        _owner = owner_;
    }

    receive() external payable {}

    function execute(address target, bytes calldata data) external returns (bytes memory) {
        require(msg.sender == _owner, "not the owner");
        return Address.functionCall(target, data);
    }
}

/// @notice Leaves the chain and its coin to somebody who cannot refuse.
contract ForcefulWallet {
    constructor(address payable to) payable {
        selfdestruct(to);
    }
}
