import { emptyNetwork, LAYERS, type Network } from './network.ts'
import { WEIGHT_STEPS } from './train.ts'

/** A network as the C header that catalogue/digits is built with. */
export function headerOf(network: Network): string {
  const arrays = LAYERS.map((layer) => {
    const steps = Array.from(network[layer], (value) => Math.round(value * WEIGHT_STEPS))
    const lines = Array.from({ length: Math.ceil(steps.length / 20) }, (_, i) =>
      steps.slice(20 * i, 20 * i + 20).join(', '),
    )
    const values = lines.join(',\n    ')
    return `static const int16_t ${layer.toUpperCase()}[${steps.length}] = {\n    ${values},\n};`
  })
  return `// Written by scripts/trainDigits.ts: weights in steps of 1 / ${WEIGHT_STEPS}.
#pragma once
#include <stdint.h>

#define WEIGHT_STEPS ${WEIGHT_STEPS}
${arrays.join('\n')}
`
}

/** The network that a header holds. */
export function networkOf(header: string): Network {
  const network = emptyNetwork()
  for (const layer of LAYERS) {
    const [, values] =
      new RegExp(` ${layer.toUpperCase()}\\[\\d+\\] = \\{([^}]*)\\}`).exec(header) ?? []
    const steps = (values?.match(/-?\d+/g) ?? []).map(Number)
    if (steps.length !== network[layer].length)
      throw new RangeError(
        `${layer}: ${steps.length} weights, but must be ${network[layer].length}`,
      )
    network[layer].set(steps.map((step) => step / WEIGHT_STEPS))
  }
  return network
}
