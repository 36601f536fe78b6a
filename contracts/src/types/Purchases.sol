// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AppOrder, DatasetOrder, MatchProofs, RequestOrder} from "./Orders.sol";

/// @dev What a buyer brings to a market template: the other three orders of a match. Proofs of the pool's order
/// stay empty but for its ad. `volume` is how many tasks to buy at most.
struct Purchase {
    AppOrder appOrder;
    DatasetOrder datasetOrder;
    RequestOrder requestOrder;
    MatchProofs proofs;
    uint32 volume;
}
