// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SaleOutcome, SaleStage} from "../types/Sales.sol";
import {ServiceOffer} from "../types/Services.sol";

/// @notice Work that no machine can check: delivered, then accepted or refused by its buyer, on appeal ruled by
/// the arbiter that both agreed to.
/// @dev All that any ruling can move is locked from the start, so nobody lacks the money for a step. Windows are
/// of an hour at least, so that nobody is kept out of all blocks of one.
interface IServices {
    /// @dev `uri` says where the description of the task lies.
    event ServiceOffered(
        bytes32 indexed offerId,
        address indexed provider,
        address indexed buyer,
        ServiceOffer terms,
        string uri
    );
    event ServiceAccepted(bytes32 indexed offerId, address indexed buyer, uint48 deliverUntil);
    event ServiceDelivered(bytes32 indexed offerId, bytes32 content, uint48 reviewUntil);
    event ServiceRefused(bytes32 indexed offerId, bytes32 reason, uint48 appealUntil);
    event ServiceAppealed(bytes32 indexed offerId, bytes32 reason, uint48 rulingUntil);
    /// @dev The provider's record is what these events say. `providerBps`: its share of the price.
    event ServiceEnded(
        bytes32 indexed offerId,
        address indexed provider,
        address indexed buyer,
        SaleOutcome outcome,
        uint16 providerBps
    );

    error NoArbiter(address provider, uint256 nonce);
    error ShareOutOfBounds(uint256 providerBps, uint256 max);

    /// @notice The name of an offer.
    function offerIdOf(address provider, uint256 nonce) external view returns (bytes32);
    /// @param until End of the present stage, in Unix seconds; 0 for an unknown or ended sale.
    function serviceOf(bytes32 offerId) external view returns (SaleStage stage, address buyer, uint48 until);

    /// @notice Offers work and locks stake and fee. The sender is the provider.
    function offer(ServiceOffer calldata terms, string calldata uri) external returns (bytes32 offerId);
    /// @notice Locks the sender's price and fee. Possible before `acceptUntil`, once.
    function accept(ServiceOffer calldata terms) external;
    /// @notice Binds the provider to what it hands over. Possible for `deliverSec` from the acceptance.
    /// @param content sha256 of the work, which the buyer gets out of the provider's storage.
    function deliver(ServiceOffer calldata terms, bytes32 content) external;
    /// @notice Says that the work is not what was ordered. Possible to the buyer for `reviewSec` from the
    /// delivery; silence accepts.
    /// @param reason sha256 of what the buyer has to say.
    function refuse(ServiceOffer calldata terms, bytes32 reason) external;
    /// @notice Calls the arbiter. Possible to the provider for `appealSec` from the refusal; silence concedes.
    function appeal(ServiceOffer calldata terms, bytes32 reason) external;
    /// @notice Ends an appealed sale. Possible to the arbiter for `rulingSec` from the appeal.
    /// @param providerBps Part of the price that the provider gets; of the rest of its stake and of its fee it
    /// loses what is missing to 10,000.
    function rule(ServiceOffer calldata terms, uint16 providerBps) external;
    /// @notice Ends a sale whose stage is over; anybody may. Before that whoever gives something up by it: the
    /// provider an offer, an acceptance or a refusal, the buyer (who accepts the work by it) a delivery.
    function finish(ServiceOffer calldata terms) external;
}
