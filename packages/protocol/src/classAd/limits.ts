/** Longest text of an ad or expression, in UTF-16 units. */
export const MAX_TEXT = 65_536

/** Deepest nesting of a parsed expression; HTCondor's parser stops at 1,000. */
export const MAX_DEPTH = 256

/** References that may be open at once, as in HTCondor; one more is the value error. */
export const MAX_REFERENCES = 400

/** Evaluations that may be open at once: a third of what a stack of 984 KiB bears. */
export const MAX_OPEN = 500

/** Nodes that one evaluation may visit; ads of strangers cannot double their work for ever. */
export const MAX_STEPS = 100_000

/** Longest string that an evaluation may build, in UTF-16 units. */
export const MAX_STRING = 262_144
