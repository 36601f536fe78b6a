// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What a settled batch says about one worker. `harmed` is the requester of the first task that it
/// got wrong; zero without a fault.
struct Verdict {
    address worker;
    uint32 passed;
    uint32 faults;
    address harmed;
}
