// exp and log by + - * / alone, so that any compiler and engine gives the same bits.
// Within 2 units of the last place of the true value, for finite arguments; exp is 0 below -745.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33

// 2^k for k from -1022 to 1023.
static inline double power_of_two(int k) {
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

static inline double exp_same(double x) {
    if (x != x) return x;
    if (x > 709.782712893384) return HUGE_VAL;
    if (x < -745.2) return 0;
    double turns = floor(x * 0x1.71547652b82fep0 + 0.5);
    double r = (x - turns * LN2_HIGH) - turns * LN2_LOW, sum = 1;
    for (int n = 13; n > 1; n--) sum = 1 + r * sum / n;
    // In two steps: 2^k alone may be too small or too large for a number whose product is not.
    int k = (int)turns, half = k / 2;
    return (1 + r * sum) * power_of_two(half) * power_of_two(k - half);
}

// x must be above 0 and finite.
static inline double log_same(double x) {
    int k = 0;
    if (x < 0x1p-1022) x *= 0x1p54, k = -54;
    uint64_t bits;
    memcpy(&bits, &x, 8);
    k += (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffull) | 0x3ff0000000000000ull;
    memcpy(&x, &bits, 8);
    if (x > 1.4142135623730951) x /= 2, k++;
    // log((1 + s) / (1 - s)) = 2 (s + s^3/3 + ...), with |s| below 0.172.
    double s = (x - 1) / (x + 1), square = s * s, sum = 0;
    for (int n = 21; n > 1; n -= 2) sum = square * (sum + 1.0 / n);
    return k * LN2_HIGH + (2 * s * (1 + sum) + k * LN2_LOW);
}
