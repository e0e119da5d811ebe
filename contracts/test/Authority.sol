// SPDX-License-Identifier: Apache-2.0
// OpenZeppelin's access manager under a name of ours, so that brownie's tests can deploy it.
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

contract Authority is AccessManager {
    constructor(address admin) AccessManager(admin) {}
}
