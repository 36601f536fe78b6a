// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {PoolOrder} from "../../src/types/Orders.sol";
import {Purchase} from "../../src/types/Purchases.sol";
import {Orders, ReferenceOrders} from "../reference/ReferenceOrders.sol";
import {Log, vm} from "./Test.sol";
import {DealTerms, World} from "./World.sol";

/// A world in which the pool's owner lets a market template sell for it.
abstract contract TemplateWorld is World {
    using ReferenceOrders for *;

    function deployTemplate(string memory name) internal returns (address template) {
        template = vm.deployCode(
            string.concat(name, ".sol:", name), abi.encode(address(market), address(registry), address(token))
        );
        approve(poolOwner, template);
    }

    function approve(Actor memory owner, address template) internal {
        vm.prank(owner.id);
        IERC721(address(registry)).setApprovalForAll(template, true);
    }

    /// The requester's part of orders, signed by all but the pool.
    function purchaseOf(Orders memory orders, uint32 volume)
        internal
        view
        returns (Purchase memory purchase)
    {
        bytes32 domain = market.domainSeparator();
        purchase.appOrder = orders.app;
        purchase.datasetOrder = orders.dataset;
        purchase.requestOrder = orders.request;
        purchase.proofs.appSignature = signAs(appOwner, orders.app.hash(domain));
        purchase.proofs.datasetSignature = signAs(datasetOwner, orders.dataset.hash(domain));
        purchase.proofs.requestSignature = signAs(requester, orders.request.hash(domain));
        purchase.volume = volume;
    }

    function somePurchase(uint32 volume) internal returns (Purchase memory) {
        return purchaseOf(someOrders(), volume);
    }

    function lastTerms() internal returns (DealTerms memory) {
        return termsOf(vm.getRecordedLogs());
    }
}
