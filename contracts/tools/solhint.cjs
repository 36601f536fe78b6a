// Every rule of solhint 6.2, less those below; each says why.
module.exports = {
  extends: 'solhint:all',
  rules: {
    // For test files of another layout than ours; contracts/tools/checkSuites.ts sees to our own.
    'foundry-test-functions': 'off',
    'foundry-test-function-naming': 'off',
    // The interface has the documentation; public getters and constants implement it without `override`.
    'comprehensive-interface': 'off',
    'use-natspec': 'off',
    // Deadlines in seconds are what this protocol is made of.
    'not-rely-on-time': 'off',
    // Gas is measured on a real node and kept in gas.json; the optimiser does what these advise.
    'gas-calldata-parameters': 'off',
    'gas-custom-errors': 'error',
    'gas-increment-by-one': 'off',
    'gas-indexed-events': 'off',
    'gas-length-in-loops': 'off',
    'gas-multitoken1155': 'off',
    'gas-named-return-values': 'off',
    'gas-small-strings': 'off',
    'gas-strict-inequalities': 'off',
    'gas-struct-packing': 'off',
    // A mapping's key says what it is of; its value is named by the mapping.
    'named-parameters-mapping': 'off',
    // Arguments in the order of an interface that stands open beside it need no names.
    'func-named-parameters': 'off',
    // forge fmt orders what can be ordered; functions stand in the order of a deal's life.
    'imports-order': 'off',
    ordering: 'off',
    // Constants and types at the top of a file have no visibility; the compiler asks for all others.
    'func-visibility': 'off',
    // What a base hands to its contract is internal without an underscore; private names have it.
    'private-vars-leading-underscore': 'off',
    // Only with a reference in plain Solidity and a fuzz test that compares them: style.md.
    'no-inline-assembly': 'off',
    // MillraceGovernor has one for a remapping; the compiler knows the others.
    'no-unused-import': 'off',
    // ERC-6372 fixes the name CLOCK_MODE, and getters of immutables are written as those are.
    'func-name-mixedcase': 'off',
    // forge fmt breaks code at 110; an EIP-712 type string cannot be broken.
    'max-line-length': 'off',
    // A public immutable is a getter of its interface, and has that one's name.
    'immutable-vars-naming': 'off',
    // A permit that somebody used first is no error: the allowance is there.
    'no-empty-blocks': 'off',
    // The limits of style.md; batches are checked in assembly, which takes more lines for less.
    'code-complexity': ['error', 15],
    'function-max-lines': ['error', 80],
    // JSON in a string is readable in single quotes only.
    quotes: 'off',
  },
}
