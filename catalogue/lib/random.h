// PCG32 (O'Neill 2014): small, the same everywhere, one stream per task.
#pragma once
#include <stdint.h>

typedef struct {
    uint64_t state, inc;
} Random;

static inline uint32_t random_u32(Random *r) {
    uint64_t old = r->state;
    r->state = old * 6364136223846793005ull + r->inc;
    uint32_t x = (uint32_t)(((old >> 18) ^ old) >> 27), turn = (uint32_t)(old >> 59);
    return (x >> turn) | (x << ((32 - turn) & 31));
}

static inline Random random_stream(uint64_t seed, uint64_t stream) {
    Random r = {0, stream << 1 | 1};
    random_u32(&r);
    r.state += seed;
    random_u32(&r);
    return r;
}

// In [0, 1), 32 bits.
static inline double random_unit(Random *r) { return random_u32(r) * 0x1p-32; }
