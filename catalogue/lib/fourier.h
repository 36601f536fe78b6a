// Complex numbers and the fast Fourier transform.
#pragma once
#include <math.h>

typedef struct {
    double re, im;
} Complex;

static inline Complex c_mul(Complex a, Complex b) { return (Complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

static inline Complex c_div(Complex a, Complex b) {
    double d = b.re * b.re + b.im * b.im;
    return (Complex){(a.re * b.re + a.im * b.im) / d, (a.im * b.re - a.re * b.im) / d};
}

// Forward transform in place; `n` is a power of two.
static inline void fourier(Complex *z, int n) {
    for (int i = 1, j = 0; i < n; i++) {
        int bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) {
            Complex swap = z[i];
            z[i] = z[j], z[j] = swap;
        }
    }
    for (int size = 2; size <= n; size *= 2) {
        Complex step = {cos(6.283185307179586 / size), -sin(6.283185307179586 / size)};
        for (int from = 0; from < n; from += size) {
            Complex turn = {1, 0};
            for (int k = 0; k < size / 2; k++, turn = c_mul(turn, step)) {
                Complex a = z[from + k], b = c_mul(z[from + k + size / 2], turn);
                z[from + k] = (Complex){a.re + b.re, a.im + b.im};
                z[from + k + size / 2] = (Complex){a.re - b.re, a.im - b.im};
            }
        }
    }
}
