// Normal numbers from random.h by Marsaglia's polar method, with the logarithm of explog.h.
#pragma once
#include "explog.h"
#include "random.h"

static inline double random_normal(Random *r) {
    for (;;) {
        double u = 2 * random_unit(r) - 1, v = 2 * random_unit(r) - 1, s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * log_same(s) / s);
    }
}
