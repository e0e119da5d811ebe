// SPDX-License-Identifier: Apache-2.0
// All contracts on a fresh chain, people whose keys are known, and sheets that they sign.
pragma solidity 0.8.30;

import {IConcertTickets} from "../../../contracts/interfaces/IConcertTickets.sol";
import {IDisputeModule} from "../../../contracts/interfaces/IDisputeModule.sol";
import {IMusicCredentials} from "../../../contracts/interfaces/IMusicCredentials.sol";
import {IMusicEditions} from "../../../contracts/interfaces/IMusicEditions.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {IWorkRegistry} from "../../../contracts/interfaces/IWorkRegistry.sol";
import {vm} from "./Vm.sol";

/// @notice What the tests use of contracts/test/Coins.sol.
interface ICoin {
    function mint(address to, uint256 amount) external;
    function approve(address spender, uint256 amount) external returns (bool);
    function balanceOf(address account) external view returns (uint256);
}

/// @notice What the tests use of contracts/test/Wallets.sol.
interface IWallet {
    function execute(address target, uint256 value, bytes calldata data) external returns (bytes memory);
    function aim(IRoyaltyVault vault, bytes32 splitId, uint256[] calldata lines, uint256 index) external;
    function successes() external view returns (uint256);
}

abstract contract Stage {
    uint256 internal constant PEOPLE = 6;
    uint256 internal constant STUBBORN = 4; // a wallet that refuses coin
    uint256 internal constant GREEDY = 5; // a wallet that claims again while it is paid
    address internal constant COIN = address(0);
    uint256 internal constant MOST = 2 ** 127 - 1; // what a side of a sheet receives of a token
    bytes32 internal constant SALT = bytes32(uint256(5));
    uint16 internal constant COMPOSER = 1;

    IWorkRegistry public registry;
    IRoyaltyVault public vault;
    IDisputeModule public disputes;
    ICoin public coin;
    IMusicEditions public editions;
    IConcertTickets public tickets;
    IMusicCredentials public credentials;
    /// @dev Ascending, as consents are given.
    address[] internal people;
    mapping(address person => uint256) internal keyOf;
    address internal stubborn;
    address internal greedy;
    address internal authority;

    /// @dev The test is the operator.
    function raise() internal {
        vm.warp(1_700_000_000);
        authority = vm.deployCode("Authority.sol:Authority", abi.encode(address(this)));
        registry = IWorkRegistry(vm.deployCode("WorkRegistry.sol:WorkRegistry", abi.encode(authority)));
        vault = registry.vault();
        disputes = registry.disputes();
        coin = ICoin(vm.deployCode("Coins.sol:PlainCoin", ""));
        vault.allowToken(address(coin), true);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            _enter(i);
        }
    }

    function raiseShops() internal {
        editions = IMusicEditions(
            vm.deployCode("MusicEditions.sol:MusicEditions", abi.encode(registry, vault, authority))
        );
        tickets = IConcertTickets(
            vm.deployCode("ConcertTickets.sol:ConcertTickets", abi.encode(registry, vault, authority))
        );
        credentials = IMusicCredentials(
            vm.deployCode("MusicCredentials.sol:MusicCredentials", abi.encode(registry, editions, tickets))
        );
    }

    function _enter(uint256 i) private {
        uint256 key = uint256(keccak256(abi.encode("person", i)));
        address person = vm.addr(key);
        if (i == STUBBORN) person = stubborn = vm.deployCode("Wallets.sol:StubbornWallet", abi.encode(person));
        if (i == GREEDY) person = greedy = vm.deployCode("Wallets.sol:GreedyWallet", abi.encode(person));
        keyOf[person] = key;
        people.push(person);
        for (uint256 k = people.length - 1; k != 0 && people[k - 1] > people[k]; --k) {
            (people[k - 1], people[k]) = (people[k], people[k - 1]);
        }
    }

    function line(uint256 payee, uint256 payout, uint256 credit, uint256 ai, uint256 flags)
        internal
        pure
        returns (uint256)
    {
        return payee | payout << 160 | credit << 176 | uint256(COMPOSER) << 192 | ai << 208 | flags << 216;
    }

    /// @dev A list of 1 to 5 random lines that adds up; the first goes to `parentWork` unless that is 0.
    function randomLines(uint256 seed, uint256 parentWork) internal view returns (uint256[] memory lines) {
        uint256 count = 1 + seed % 5;
        lines = new uint256[](count);
        uint256 payoutLeft = 10_000;
        uint256 creditLeft = 10_000;
        for (uint256 i = 0; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            uint256 payout = i + 1 == count ? payoutLeft : seed % (payoutLeft + 1);
            uint256 credit = i + 1 == count ? creditLeft : (seed >> 16) % (creditLeft + 1);
            bool edge = i == 0 && parentWork != 0;
            uint256 payee = edge ? parentWork : uint160(people[(seed >> 32) % people.length]);
            lines[i] = line(payee, payout, credit, (seed >> 64) % 101, edge ? 1 : 0);
            (payoutLeft, creditLeft) = (payoutLeft - payout, creditLeft - credit);
        }
    }

    function sheetOf(uint32 version, bytes32 audio, uint256[] memory master, uint256[] memory composition)
        internal
        view
        returns (IWorkRegistry.Sheet memory)
    {
        uint64 deadline = uint64(block.timestamp + 1 days);
        bytes32 metadata = keccak256("metadata");
        return IWorkRegistry.Sheet(version, metadata, audio, deadline, "ipfs://sheet", master, composition);
    }

    /// @dev All who must sign lists, ascending: each payee, and of an edge the registrant of the parent.
    function signersOf(uint256[][] memory lists) internal view returns (address[] memory signers) {
        uint256 needed; // a bit for each of the people
        for (uint256 l = 0; l < lists.length; ++l) {
            needed |= _neededBy(lists[l]);
        }
        return _peopleOf(needed);
    }

    function _neededBy(uint256[] memory lines) private view returns (uint256 needed) {
        for (uint256 i = 0; i < lines.length; ++i) {
            needed |= 1 << _placeOf(_payeeOrRegistrant(lines[i]));
        }
    }

    function _peopleOf(uint256 bits) private view returns (address[] memory some) {
        some = new address[](people.length);
        uint256 count;
        for (uint256 i = 0; i < people.length; ++i) {
            if (bits >> i & 1 != 0) some[count++] = people[i];
        }
        assembly ("memory-safe") {
            mstore(some, count) // shorter than it was made
        }
    }

    function signersOf(IWorkRegistry.Sheet memory sheet) internal view returns (address[] memory) {
        uint256[][] memory lists = new uint256[][](2);
        (lists[0], lists[1]) = (sheet.master, sheet.composition);
        return signersOf(lists);
    }

    /// @dev All who must sign a sheet that follows another one: those who come, and those who were there.
    function signersOf(
        IWorkRegistry.Sheet memory sheet,
        uint256[] memory formerMaster,
        uint256[] memory formerComposition
    ) internal view returns (address[] memory) {
        uint256[][] memory lists = new uint256[][](4);
        (lists[0], lists[1]) = (sheet.master, sheet.composition);
        (lists[2], lists[3]) = (formerMaster, formerComposition);
        return signersOf(lists);
    }

    function _payeeOrRegistrant(uint256 one) private view returns (address) {
        return one >> 216 & 1 == 0 ? address(uint160(one)) : registry.work(uint160(one)).registrant;
    }

    function _placeOf(address person) private view returns (uint256 i) {
        while (people[i] != person) ++i;
    }

    function consentsOf(uint256 workId, IWorkRegistry.Sheet memory sheet, address[] memory signers)
        internal
        view
        returns (IWorkRegistry.Consent[] memory consents)
    {
        bytes32 digest = registry.sheetDigest(workId, sheet);
        consents = new IWorkRegistry.Consent[](signers.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            consents[i] = IWorkRegistry.Consent(signers[i], signed(signers[i], digest));
        }
    }

    function signed(address person, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf[person], digest);
        return abi.encodePacked(r, s, v);
    }

    function commitmentTo(address registrant, bytes32 audio) internal pure returns (bytes32) {
        return keccak256(abi.encode(registrant, audio, SALT));
    }

    /// @dev A work that has no sheet yet.
    function committedWork(address registrant, bytes32 audio) internal returns (uint256 workId) {
        vm.prank(registrant);
        return registry.commit(commitmentTo(registrant, audio));
    }

    /// @dev A work that all its people signed.
    function sealedWork(address registrant, bytes32 audio, uint256[] memory master, uint256[] memory composition)
        internal
        returns (uint256 workId)
    {
        workId = committedWork(registrant, audio);
        sealWork(workId, registrant, audio, master, composition);
    }

    /// @dev The next sheet of a work, with the recording that it has, signed by all who must.
    function amendWork(
        uint256 workId,
        IWorkRegistry.Sheet memory sheet,
        uint256[] memory formerMaster,
        uint256[] memory formerComposition
    ) internal {
        address[] memory signers = signersOf(sheet, formerMaster, formerComposition);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, signers);
        vm.prank(registry.work(workId).registrant);
        registry.amend(workId, sheet, formerMaster, formerComposition, consents);
    }

    function sealWork(
        uint256 workId,
        address registrant,
        bytes32 audio,
        uint256[] memory master,
        uint256[] memory composition
    ) internal {
        IWorkRegistry.Sheet memory sheet = sheetOf(1, audio, master, composition);
        IWorkRegistry.Consent[] memory consents = consentsOf(workId, sheet, signersOf(sheet));
        vm.prank(registrant);
        registry.seal(workId, SALT, sheet, consents);
    }
}
