// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalog} from "../../src/interfaces/ICatalog.sol";
import {CodeKind, CodeProposal, CodeStatus} from "../../src/types/Code.sol";
import {GovernanceWorld, Motion} from "./GovernanceWorld.sol";

/// Something to approve: remembers what it was made with, and what the catalogue said while it was made.
contract Sample {
    error Unlucky(uint256 number);

    uint256 public number;
    address public maker;
    CodeStatus public statusAtBirth;

    constructor(uint256 number_) {
        if (number_ == 13) revert Unlucky(number_);
        (number, maker) = (number_, msg.sender);
        (, statusAtBirth) = ICatalog(msg.sender).originOf(address(this));
    }
}

abstract contract CatalogWorld is GovernanceWorld {
    function someProposal() internal pure returns (CodeProposal memory) {
        return CodeProposal({
            kind: CodeKind.Pricing,
            codeHash: keccak256(type(Sample).creationCode),
            source: "source",
            description: "description",
            audit: "https://example.org/audit"
        });
    }

    /// Through a vote, like everything that is approved.
    function approveSome() internal returns (bytes32 proposalId) {
        proposalId = catalog.proposeCode(someProposal());
        pass(Motion(address(catalog), abi.encodeCall(ICatalog.approveCode, (proposalId))));
    }

    function revokeSome() internal {
        bytes32 codeHash = keccak256(type(Sample).creationCode);
        pass(Motion(address(catalog), abi.encodeCall(ICatalog.revokeCode, (codeHash, "leaks"))));
    }
}
