// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CodeKind, CodeProposal, CodeReview, CodeStatus} from "../types/Code.sol";

/// @notice Contract code that token holders approved, and what was deployed from it.
/// @dev Approval says that the code was looked at, not that what it is given to hold is safe. The governor is the one
/// that `Parameters` names at the time of the call.
interface ICatalog {
    event CodeProposed(
        bytes32 indexed proposalId,
        bytes32 indexed codeHash,
        address indexed proposer,
        CodeKind kind,
        bytes32 source,
        bytes32 description,
        string audit,
        uint48 reviewUntil
    );
    event CodeObjected(bytes32 indexed proposalId, address indexed objector, bytes32 reason);
    event CodeApproved(bytes32 indexed codeHash, bytes32 indexed proposalId, CodeKind kind);
    event CodeRevoked(bytes32 indexed codeHash, bytes32 reason);
    event CodeDeployed(
        address indexed deployed,
        bytes32 indexed codeHash,
        address indexed deployer,
        bytes32 salt,
        bytes arguments
    );

    error NotGovernor(address caller);
    error ProposalIncomplete(bytes32 field);
    error CodeProposalExists(bytes32 proposalId);
    error UnknownCodeProposal(bytes32 proposalId);
    error CodeUnderReview(bytes32 proposalId, uint48 reviewUntil);
    error CodeDecided(bytes32 codeHash, CodeStatus status);
    error CodeNotApproved(bytes32 codeHash, CodeStatus status);
    error AlreadyDeployed(address deployed);

    /// @notice Asks for the approval of a code and starts its review. Open to anyone.
    /// @dev The id names the proposer too, so nobody can take a code hash with a false source. It is
    /// keccak256(abi.encode(proposer, proposal)).
    /// @return proposalId What `approveCode` is given; it fixes every field.
    function proposeCode(CodeProposal calldata proposal) external returns (bytes32 proposalId);
    /// @notice Says in public why a code should not be approved, until it is decided. Open to anyone.
    /// @dev It binds nobody: whoever votes hears it.
    /// @param reason sha2-256 of a UTF-8 text; its CID is v1, raw.
    function objectToCode(bytes32 proposalId, bytes32 reason) external;
    /// @notice Lets the proposed code be deployed. Only the governor, and not before the review is over.
    function approveCode(bytes32 proposalId) external;
    /// @notice Ends deployments of a code for good and marks those that exist. Only the governor.
    /// @param reason As in `objectToCode`.
    function revokeCode(bytes32 codeHash, bytes32 reason) external;
    /// @notice Deploys approved code. Open to anyone.
    /// @dev CREATE2 with salt keccak256(abi.encode(sender, salt)), so nobody takes another's address. The constructor
    /// sees the catalogue as its sender: who owns the contract must be an argument. A constructor's error is passed on.
    /// @param creationCode Without arguments; its hash is what was approved.
    /// @param arguments ABI-encoded constructor arguments.
    function deployCode(bytes calldata creationCode, bytes calldata arguments, bytes32 salt)
        external
        returns (address deployed);

    function REVIEW_SEC() external view returns (uint48);
    function reviewOf(bytes32 proposalId) external view returns (CodeReview memory);
    function statusOf(bytes32 codeHash) external view returns (CodeStatus);
    /// @notice Code that a contract was deployed from, and where that code stands now; (0, None) for others.
    function originOf(address deployed) external view returns (bytes32 codeHash, CodeStatus status);
    /// @notice Address that `deployCode` by `deployer` gives.
    function addressOf(address deployer, bytes32 salt, bytes32 initCodeHash) external view returns (address);
}
