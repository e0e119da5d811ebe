// SPDX-License-Identifier: Apache-2.0
// The traces for the invariants of the vault and of disputes: payments, claims, amendments and disputes.
pragma solidity 0.8.30;

import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {DisputeHandler} from "./DisputeHandler.sol";
import {RoyaltyHandler} from "./RoyaltyHandler.sol";
import {Targets} from "./Targets.sol";

abstract contract VaultTrace is Targets {
    /// @dev What is read line by line is read of every eighth split at a step, and of all splits in eight steps.
    uint256 internal constant STRIDE = 8;

    DisputeHandler internal handler;
    IRoyaltyVault internal vault;
    address[2] internal tokens;

    function setUp() public {
        handler = new DisputeHandler();
        vault = handler.vault();
        tokens = [address(0), address(handler.coin())];
        bytes4[] memory actions = new bytes4[](30);
        actions[0] = RoyaltyHandler.pay.selector;
        actions[1] = RoyaltyHandler.pay.selector;
        actions[2] = RoyaltyHandler.payWork.selector;
        actions[3] = RoyaltyHandler.flood.selector;
        actions[4] = RoyaltyHandler.claimFor.selector;
        actions[5] = RoyaltyHandler.claimFor.selector;
        actions[6] = RoyaltyHandler.claim.selector;
        actions[7] = RoyaltyHandler.steal.selector;
        actions[8] = RoyaltyHandler.amend.selector;
        actions[9] = RoyaltyHandler.pause.selector;
        actions[10] = RoyaltyHandler.force.selector;
        actions[11] = RoyaltyHandler.aim.selector;
        actions[12] = DisputeHandler.open.selector;
        actions[13] = DisputeHandler.open.selector;
        actions[14] = DisputeHandler.answer.selector;
        actions[15] = DisputeHandler.concede.selector;
        actions[16] = DisputeHandler.drop.selector;
        actions[17] = DisputeHandler.rule.selector;
        actions[18] = DisputeHandler.rule.selector;
        actions[19] = DisputeHandler.expire.selector;
        actions[20] = DisputeHandler.payDisputed.selector;
        actions[21] = DisputeHandler.setAside.selector;
        actions[22] = DisputeHandler.claimSuspended.selector;
        actions[23] = DisputeHandler.withdrawBond.selector;
        actions[24] = DisputeHandler.setBaseBond.selector;
        actions[25] = DisputeHandler.pauseDisputes.selector;
        actions[26] = DisputeHandler.forceBond.selector;
        actions[27] = DisputeHandler.wait_.selector;
        actions[28] = RoyaltyHandler.payWork.selector;
        actions[29] = RoyaltyHandler.seal.selector;
        target(address(handler), actions);
    }

    function balanceOfVault(uint256 t) internal view returns (uint256) {
        return t == 0 ? address(vault).balance : handler.coin().balanceOf(address(vault));
    }
}
