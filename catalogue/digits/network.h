// The network of scripts/digits/network.ts: 16 x 16 pixels to ten scores. Every sum in the same order as there.
#pragma once
#include "weights.h"

#define SIDE 16
#define CLASSES 10
#define FIRST ((int)(sizeof BIAS1 / sizeof *BIAS1))
#define SECOND ((int)(sizeof BIAS2 / sizeof *BIAS2))
#define WIDE (SIDE - 2)
#define POOLED (WIDE / 2)
#define INNER (POOLED - 2)

// Filters of 3 x 3 over `depth` planes of `side` x `side`; what is below zero becomes zero.
static void convolve(const double *from, int side, int depth, const int16_t *filters, const int16_t *bias, int count, double *to) {
    int out = side - 2;
    for (int f = 0; f < count; f++)
        for (int y = 0; y < out; y++)
            for (int x = 0; x < out; x++) {
                const int16_t *weight = filters + f * depth * 9;
                double sum = (double)bias[f] / WEIGHT_STEPS;
                for (int d = 0; d < depth; d++)
                    for (int k = 0; k < 9; k++, weight++)
                        sum += (double)*weight / WEIGHT_STEPS * from[(d * side + y + k / 3) * side + x + k % 3];
                *to++ = sum > 0 ? sum : 0;
            }
}

static void pool(const double *wide, double *pooled) {
    for (int f = 0; f < FIRST; f++)
        for (int y = 0; y < POOLED; y++)
            for (int x = 0; x < POOLED; x++) {
                const double *corner = wide + (f * WIDE + 2 * y) * WIDE + 2 * x;
                double a = corner[0] > corner[1] ? corner[0] : corner[1];
                double b = corner[WIDE] > corner[WIDE + 1] ? corner[WIDE] : corner[WIDE + 1];
                *pooled++ = a > b ? a : b;
            }
}

static void score(const double image[SIDE * SIDE], double scores[CLASSES]) {
    static double wide[FIRST * WIDE * WIDE], pooled[FIRST * POOLED * POOLED], inner[SECOND * INNER * INNER];
    convolve(image, SIDE, 1, FILTERS1, BIAS1, FIRST, wide);
    pool(wide, pooled);
    convolve(pooled, POOLED, FIRST, FILTERS2, BIAS2, SECOND, inner);
    const int flat = SECOND * INNER * INNER;
    for (int k = 0; k < CLASSES; k++) {
        double sum = (double)BIAS3[k] / WEIGHT_STEPS;
        for (int i = 0; i < flat; i++) sum += (double)DENSE[k * flat + i] / WEIGHT_STEPS * inner[i];
        scores[k] = sum;
    }
}
