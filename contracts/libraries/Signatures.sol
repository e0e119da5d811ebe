// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures by keys and by contract wallets
library Signatures {
    /// @notice Whether `signer` signed: with its key, or by ERC-1271. The key comes first, since to look for a contract costs
    /// nearly as much as to check a signature.
    function isBy(bytes calldata signature, address signer, bytes32 digest) internal view returns (bool) {
        if (signature.length == 65) {
            (bytes32 r, bytes32 s) = abi.decode(signature, (bytes32, bytes32));
            (address recovered,, ) = ECDSA.tryRecover(digest, uint8(signature[64]), r, s);
            if (recovered == signer && signer != address(0)) return true;
        }
        return signer.code.length != 0 && SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature);
    }
}
