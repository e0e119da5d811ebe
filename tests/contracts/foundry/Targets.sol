// SPDX-License-Identifier: Apache-2.0
// Tells forge which functions a trace may call.
pragma solidity 0.8.30;

abstract contract Targets {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    address[] private _contracts;
    FuzzSelector[] private _selectors;

    /// @dev A trace calls only these functions of the handler; a function named twice is called twice as often.
    function target(address handler, bytes4[] memory actions) internal {
        _contracts.push(handler);
        _selectors.push(FuzzSelector(handler, actions));
    }

    /// @notice Read by forge.
    function targetContracts() public view returns (address[] memory) {
        return _contracts;
    }

    /// @notice Read by forge.
    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return _selectors;
    }
}
