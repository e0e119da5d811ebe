// SPDX-License-Identifier: Apache-2.0
// The contracts' pure parts behind functions that a test can call: they take their lists as calldata.
pragma solidity 0.8.30;

import {Bits} from "../../../contracts/libraries/Bits.sol";
import {Portions} from "../../../contracts/libraries/Portions.sol";
import {SplitSheets} from "../../../contracts/libraries/SplitSheets.sol";
import {MASTER} from "../../../contracts/types/SplitLine.sol";

contract SheetPress {
    using Bits for mapping(uint256 => uint256);

    mapping(uint256 word => uint256) private _bits;

    function setAside(uint256[] calldata lines, uint256 index, uint16 share, uint256 disputeId)
        external
        pure
        returns (uint256[] memory)
    {
        return SplitSheets.setAside(lines, MASTER, index, share, disputeId);
    }

    function giveBack(uint256[] calldata lines, uint256 index) external pure returns (uint256[] memory) {
        return SplitSheets.giveBack(lines, index);
    }

    function award(uint256[] calldata lines, address beneficiary) external pure returns (uint256[] memory) {
        return SplitSheets.award(lines, beneficiary);
    }

    function checkList(uint256[] calldata lines, uint8 side) external pure returns (uint16 aiBps) {
        return SplitSheets.check(lines, side);
    }

    function portions(uint256 amount, uint256[] memory bps) external pure returns (uint256[] memory) {
        return Portions.portions(amount, bps);
    }

    function set(uint256 number) external {
        _bits.set(number);
    }

    function has(uint256 number) external view returns (bool) {
        return _bits.has(number);
    }

    function count(uint256 first, uint256 length) external view returns (uint256) {
        return _bits.count(first, length);
    }

    function ones(uint256 word) external pure returns (uint256) {
        return Bits.ones(word);
    }
}
