// SPDX-License-Identifier: Apache-2.0
// Tokens for tests that do what a token may do and most do not: lie, stop, shrink, call back.
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Says how a transfer ended by what it returns, and never reverts. Told to lie, it says yes and moves nothing.
contract FalseCoin {
    mapping(address account => uint256) public balanceOf;
    mapping(address account => mapping(address spender => uint256)) public allowance;
    bool public refusing;
    bool public lying;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function refuse(bool on) external {
        refusing = on;
    }

    function lie(bool on) external {
        lying = on;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (allowance[from][msg.sender] < amount) return false;
        allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (lying) return true;
        if (refusing || balanceOf[from] < amount) return false;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// @notice Its balances grow and shrink by themselves.
contract RebasingCoin {
    mapping(address account => uint256) private _parts;
    mapping(address account => mapping(address spender => uint256)) public allowance;
    uint256 private _percent = 100;

    error RebasingCoin_TooLittle(address account, uint256 has, uint256 needs);

    function mint(address to, uint256 amount) external {
        _parts[to] += amount * 100 / _percent;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    /// @notice All balances become this many percent of what was minted.
    function rebase(uint256 percent) external {
        _percent = percent;
    }

    function balanceOf(address account) public view returns (uint256) {
        return _parts[account] * _percent / 100;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (balanceOf(from) < amount) revert RebasingCoin_TooLittle(from, balanceOf(from), amount);
        uint256 parts = amount * 100 / _percent;
        _parts[from] -= parts;
        _parts[to] += parts;
        return true;
    }
}

/// @notice Its issuer blocks accounts, and can stop it altogether.
contract BlockListCoin is ERC20 {
    mapping(address account => bool) public isBlocked;
    bool public stopped;

    error BlockListCoin_Blocked(address account);
    error BlockListCoin_Stopped();

    constructor() ERC20("Block List Coin", "BLOCK") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function blockAccount(address account, bool on) external {
        isBlocked[account] = on;
    }

    function stop(bool on) external {
        stopped = on;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (stopped) revert BlockListCoin_Stopped();
        if (isBlocked[from]) revert BlockListCoin_Blocked(from);
        if (isBlocked[to]) revert BlockListCoin_Blocked(to);
        super._update(from, to, amount);
    }
}

/// @notice Who is told of tokens that move, as by ERC-777.
interface ITokenHooks {
    function tokensToSend(address to, uint256 amount) external;
    function tokensReceived(address from, uint256 amount) external;
}

/// @notice Tells contracts of what they send, before, and of what they receive, after it has moved.
contract HookCoin is ERC20 {
    constructor() ERC20("Hook Coin", "HOOK") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from.code.length != 0) try ITokenHooks(from).tokensToSend(to, amount) {} catch {}
        super._update(from, to, amount);
        if (to.code.length != 0) try ITokenHooks(to).tokensReceived(from, amount) {} catch {}
    }
}

/// @notice Counts in 96 bits, and refuses larger amounts also where nothing moves.
contract Uint96Coin is ERC20 {
    error Uint96Coin_TooLarge(uint256 amount);

    constructor() ERC20("Uint96 Coin", "U96") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function approve(address spender, uint256 amount) public override returns (bool) {
        if (amount > type(uint96).max) revert Uint96Coin_TooLarge(amount);
        return super.approve(spender, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (amount > type(uint96).max) revert Uint96Coin_TooLarge(amount);
        super._update(from, to, amount);
    }
}
