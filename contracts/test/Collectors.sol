// SPDX-License-Identifier: Apache-2.0
// Buyers for tests that are contracts: one that calls back whenever it is given something.
pragma solidity 0.8.30;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @notice Calls its target again while it receives a copy or coin, and remembers whether that worked.
contract GreedyCollector is ERC1155Holder {
    address private _target;
    uint256 private _value;
    bytes private _data;
    bool private _inside;
    uint256 public attempts;
    uint256 public successes;

    receive() external payable {
        _again();
    }

    /// @notice What to call on each receipt; the zero address for nothing.
    function aim(address target, uint256 value, bytes calldata data) external {
        (_target, _value, _data) = (target, value, data);
    }

    function execute(address target, uint256 value, bytes calldata data) external payable {
        Address.functionCallWithValue(target, data, value);
    }

    function onERC1155Received(address from, address to, uint256 id, uint256 value, bytes memory data)
        public
        override
        returns (bytes4)
    {
        _again();
        return super.onERC1155Received(from, to, id, value, data);
    }

    function _again() private {
        if (_target == address(0) || _inside) return;
        _inside = true;
        ++attempts;
        (bool worked,) = _target.call{value: _value}(_data);
        if (worked) ++successes;
        _inside = false;
    }
}
