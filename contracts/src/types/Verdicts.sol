// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev For what a worker is slashed: outvoted in its batch, absent from a reveal, overruled by a jury, wrong
/// in a spot check.
enum FaultKind {
    None,
    Dissent,
    Absence,
    Appeal,
    SpotCheck
}

/// @dev What is said about one worker. `harmed` gets what its faults cost it; zero without a fault.
struct Verdict {
    address worker;
    uint32 passed;
    uint32 faults;
    address harmed;
    FaultKind kind;
}
