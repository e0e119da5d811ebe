// SPDX-License-Identifier: Apache-2.0
// Tokens for tests: an ordinary one, and three that the vault must survive.
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";

/// @notice An ordinary ERC-20 that anyone may mint.
contract PlainCoin is ERC20 {
    constructor() ERC20("Plain Coin", "PLAIN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// @notice Keeps one percent of every transfer.
contract FeeCoin is ERC20 {
    constructor() ERC20("Fee Coin", "FEE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        uint256 fee = from == address(0) || to == address(0) ? 0 : amount / 100;
        super._update(from, to, amount - fee);
        if (fee != 0) super._update(from, address(0), fee);
    }
}

/// @notice Returns nothing from `transfer` and `transferFrom`, as some old and large tokens do.
contract SilentCoin {
    mapping(address account => uint256) public balanceOf;
    mapping(address account => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice While it is being paid into the vault, it pays the same amount once more itself, and lets that be all that moves.
contract EchoCoin is ERC20 {
    IRoyaltyVault private immutable _vault;
    bytes32 private _splitId;
    bool private _inside;

    constructor(IRoyaltyVault vault) ERC20("Echo Coin", "ECHO") {
        _vault = vault;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice The split that the second payment goes to; 0 for none.
    function echo(bytes32 splitId) external {
        _splitId = splitId;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (_splitId != 0 && !_inside) {
            _inside = true;
            _mint(address(this), amount);
            _approve(address(this), address(_vault), amount);
            _vault.payToken(_splitId, address(this), amount);
            _inside = false;
            return true;
        }
        return super.transferFrom(from, to, amount);
    }
}
