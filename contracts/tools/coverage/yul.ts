/** Path of a point's file up to its six digits; forge may write there (coverage.ts says so in its configuration). */
export const HITS = 'cache/coverage/hits/'

const word = (text: string): string => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`

/**
 * What Cov.sol does, for use inside assembly, where no function of Solidity can be called. It writes far behind the free
 * pointer, because the block around it may not have moved that yet, and ends by having the contract that gives back
 * what it gets give back what the last call did, in case the block has not read that yet.
 */
export const YUL_HIT = `
function covHit(covPoint) {
    let covSlot := add(${word('coverage')}, covPoint)
    if iszero(sload(covSlot)) {
        let covAt := add(mload(0x40), 0x10000)
        let covSize := returndatasize()
        returndatacopy(add(covAt, 0x100), 0, covSize)
        let covPath := ${word(HITS)}
        for { let covI := ${8 * (32 - HITS.length - 6)} } lt(covI, ${8 * (32 - HITS.length)}) { covI := add(covI, 8) } {
            covPath := or(covPath, shl(covI, add(48, mod(covPoint, 10))))
            covPoint := div(covPoint, 10)
        }
        mstore(covAt, shl(224, 0x897e0a97))
        mstore(add(covAt, 0x04), 0x40)
        mstore(add(covAt, 0x24), 0x80)
        mstore(add(covAt, 0x44), ${HITS.length + 6})
        mstore(add(covAt, 0x64), covPath)
        mstore(add(covAt, 0x84), 0)
        pop(staticcall(gas(), 0x7109709ECfa91a80626fF3989D68f67F5b1DD12D, covAt, 0xa4, 0, 0))
        mstore(covAt, shl(224, 0x70ca10bb))
        mstore(add(covAt, 0x04), address())
        mstore(add(covAt, 0x24), covSlot)
        mstore(add(covAt, 0x44), 1)
        pop(staticcall(gas(), 0x7109709ECfa91a80626fF3989D68f67F5b1DD12D, covAt, 0x64, 0, 0))
        pop(staticcall(gas(), 4, add(covAt, 0x100), covSize, 0, 0))
    }
}
`
