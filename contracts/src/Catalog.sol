// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {ICatalog} from "./interfaces/ICatalog.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {CodeKind, CodeProposal, CodeReview, CodeStatus} from "./types/Code.sol";

/// @notice See ICatalog.
contract Catalog is ICatalog {
    IParameters private immutable PARAMETERS;
    /// @notice Length of every review; not even a unanimous vote makes it shorter.
    uint48 public immutable REVIEW_SEC;

    mapping(bytes32 proposalId => CodeReview) private _reviews;
    mapping(bytes32 codeHash => CodeStatus) public statusOf;
    mapping(address deployed => bytes32 codeHash) private _origins;

    constructor(IParameters parameters, uint48 reviewSec) {
        PARAMETERS = parameters;
        REVIEW_SEC = reviewSec;
    }

    /// @inheritdoc ICatalog
    function proposeCode(CodeProposal calldata proposal) external returns (bytes32 proposalId) {
        if (proposal.kind == CodeKind.None) revert ProposalIncomplete("kind");
        if (proposal.codeHash == 0) revert ProposalIncomplete("codeHash");
        if (proposal.source == 0) revert ProposalIncomplete("source");
        if (proposal.description == 0) revert ProposalIncomplete("description");
        _checkUndecided(proposal.codeHash);
        proposalId = keccak256(abi.encode(msg.sender, proposal));
        if (_reviews[proposalId].codeHash != 0) revert CodeProposalExists(proposalId);
        uint48 reviewUntil = uint48(block.timestamp) + REVIEW_SEC;
        _reviews[proposalId] =
            CodeReview({codeHash: proposal.codeHash, kind: proposal.kind, reviewUntil: reviewUntil});
        emit CodeProposed(
            proposalId,
            proposal.codeHash,
            msg.sender,
            proposal.kind,
            proposal.source,
            proposal.description,
            proposal.audit,
            reviewUntil
        );
    }

    /// @inheritdoc ICatalog
    function objectToCode(bytes32 proposalId, bytes32 reason) external {
        _checkUndecided(_known(proposalId).codeHash);
        emit CodeObjected(proposalId, msg.sender, reason);
    }

    /// @inheritdoc ICatalog
    function approveCode(bytes32 proposalId) external {
        _checkGovernor();
        CodeReview memory review = _known(proposalId);
        _checkUndecided(review.codeHash);
        if (block.timestamp < review.reviewUntil) revert CodeUnderReview(proposalId, review.reviewUntil);
        statusOf[review.codeHash] = CodeStatus.Approved;
        emit CodeApproved(review.codeHash, proposalId, review.kind);
    }

    /// @inheritdoc ICatalog
    function revokeCode(bytes32 codeHash, bytes32 reason) external {
        _checkGovernor();
        _checkApproved(codeHash);
        statusOf[codeHash] = CodeStatus.Revoked;
        emit CodeRevoked(codeHash, reason);
    }

    /// @inheritdoc ICatalog
    function deployCode(bytes calldata creationCode, bytes calldata arguments, bytes32 salt)
        external
        returns (address deployed)
    {
        bytes32 codeHash = keccak256(creationCode);
        _checkApproved(codeHash);
        bytes memory initCode = bytes.concat(creationCode, arguments);
        bytes32 ownSalt = _ownSalt(msg.sender, salt);
        deployed = Create2.computeAddress(ownSalt, keccak256(initCode));
        // Said here, because a CREATE2 that collides burns nearly all gas.
        if (_origins[deployed] != 0) revert AlreadyDeployed(deployed);
        // Before the constructor runs, so that it can already be asked what it is.
        _origins[deployed] = codeHash;
        emit CodeDeployed(deployed, codeHash, msg.sender, salt, arguments);
        Create2.deploy(0, ownSalt, initCode);
    }

    /// @inheritdoc ICatalog
    function reviewOf(bytes32 proposalId) external view returns (CodeReview memory) {
        return _reviews[proposalId];
    }

    /// @inheritdoc ICatalog
    function originOf(address deployed) external view returns (bytes32 codeHash, CodeStatus status) {
        codeHash = _origins[deployed];
        status = statusOf[codeHash];
    }

    /// @inheritdoc ICatalog
    function addressOf(address deployer, bytes32 salt, bytes32 initCodeHash) external view returns (address) {
        return Create2.computeAddress(_ownSalt(deployer, salt), initCodeHash);
    }

    function _ownSalt(address deployer, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(deployer, salt));
    }

    function _known(bytes32 proposalId) private view returns (CodeReview memory review) {
        review = _reviews[proposalId];
        if (review.codeHash == 0) revert UnknownCodeProposal(proposalId);
    }

    function _checkUndecided(bytes32 codeHash) private view {
        CodeStatus status = statusOf[codeHash];
        if (status != CodeStatus.None) revert CodeDecided(codeHash, status);
    }

    function _checkApproved(bytes32 codeHash) private view {
        CodeStatus status = statusOf[codeHash];
        if (status != CodeStatus.Approved) revert CodeNotApproved(codeHash, status);
    }

    function _checkGovernor() private view {
        if (msg.sender != PARAMETERS.governor()) revert NotGovernor(msg.sender);
    }
}
