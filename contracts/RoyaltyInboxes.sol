// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

import {IRoyaltyInboxes} from "./interfaces/IRoyaltyInboxes.sol";
import {IRoyaltySource} from "./interfaces/IRoyaltySource.sol";
import {RoyaltyInbox} from "./RoyaltyInbox.sol";

/// @title Deploys the royalty inboxes of the contract that made it
contract RoyaltyInboxes is IRoyaltyInboxes {
    /// @inheritdoc IRoyaltyInboxes
    IRoyaltySource public immutable source;

    constructor() {
        source = IRoyaltySource(msg.sender);
    }

    /// @inheritdoc IRoyaltyInboxes
    function open(uint256 id) external returns (address inbox) {
        source.royaltyShares(id); // reverts when the id is unknown
        inbox = addressOf(id);
        if (inbox.code.length != 0) return inbox;
        new RoyaltyInbox{salt: bytes32(id)}(source, id);
        emit RoyaltyInboxOpened(id, inbox);
    }

    /// @inheritdoc IRoyaltyInboxes
    function addressOf(uint256 id) public view returns (address inbox) {
        bytes memory code = abi.encodePacked(type(RoyaltyInbox).creationCode, abi.encode(source, id));
        return Create2.computeAddress(bytes32(id), keccak256(code));
    }
}
