// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChunkProof, FileKey, FileOffer} from "../types/Files.sol";
import {SaleOutcome, SaleStage} from "../types/Sales.sol";

/// @notice Verifiable sale of files: the buyer pays for chunks that hash to what was offered, or not at all.
/// @dev Before accepting, the buyer must hold all encrypted chunks and have found `root` and `plainRoot` over
/// them: the contract decides only about single chunks. Once the key is shown, whoever holds the encrypted
/// bytes can read them; a seller that minds gives them to its buyer alone. Money moves inside Escrow only, so
/// no step calls a party.
interface IFairExchange {
    /// @dev `uri` says where the encrypted file lies; empty if the seller hands it over itself.
    event FileOffered(
        bytes32 indexed offerId, address indexed seller, address indexed buyer, FileOffer terms, string uri
    );
    event FileAccepted(bytes32 indexed offerId, address indexed buyer, uint48 revealUntil);
    event KeyRevealed(bytes32 indexed offerId, FileKey key, uint48 complainUntil);
    event FileSaleEnded(
        bytes32 indexed offerId, address indexed seller, address indexed buyer, SaleOutcome outcome
    );

    error SizeOutOfBounds(uint256 sizeBytes, uint256 min, uint256 max);
    error ChunkSizeOutOfBounds(uint256 chunkBytes, uint256 min, uint256 max);
    error WrongKey(bytes32 offerId);
    error ChunkNotCommitted(bytes32 offerId, uint256 index);
    error ChunkCorrect(bytes32 offerId, uint256 index);

    /// @notice The name of an offer; goes into its key commitment, so none serves two offers.
    function offerIdOf(address seller, uint256 nonce) external view returns (bytes32);
    /// @param until End of the present stage, in Unix seconds; 0 for an unknown or ended sale.
    function exchangeOf(bytes32 offerId) external view returns (SaleStage stage, address buyer, uint48 until);

    /// @notice Offers a file and locks the deposit. The sender is the seller.
    /// @dev The deposit is at least a tenth of the price.
    function offer(FileOffer calldata terms, string calldata uri) external returns (bytes32 offerId);
    /// @notice Locks the sender's price. Possible before `acceptUntil`, once.
    function accept(FileOffer calldata terms) external;
    /// @notice Shows the key; anybody that knows it may. Possible for `revealSec` from the acceptance.
    function reveal(FileOffer calldata terms, FileKey calldata key) external;
    /// @notice Shows a chunk that opens to something else than its plain hash: price and deposit go to the
    /// buyer. Anybody may. Possible for `complainSec` from the reveal.
    function complain(FileOffer calldata terms, FileKey calldata key, ChunkProof calldata chunk) external;
    /// @notice Ends a sale whose stage is over; anybody may. Before that whoever gives something up by it: the
    /// seller an offer or an acceptance, the buyer (who confirms the file by it) a sale whose key was shown.
    function finish(FileOffer calldata terms) external;
}
