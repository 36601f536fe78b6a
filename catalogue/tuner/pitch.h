// Pitch by YIN (de Cheveigne and Kawahara 2002), its differences by Fourier transform.
#pragma once
#include "../lib/fourier.h"
#include "sound.h"

#define LOWEST 38.0 // Hz
#define HIGHEST 2200.0
#define SURE 0.1 // largest normalised difference of a period

typedef struct {
    double *hz; // 0 where there is none
    int count;
    double step; // seconds
} Contour;

typedef struct {
    int most, size; // longest period in samples, points of the transform
    Complex *z;
    double *d;
} Yin;

static void *make(size_t count, size_t size) {
    void *p = calloc(count ? count : 1, size);
    if (!p) fail("no memory for", "the sound");
    return p;
}

static Yin yin_of(int rate) {
    Yin y = {(int)(rate / LOWEST) + 2, 1, 0, 0};
    while (y.size < 3 * y.most) y.size *= 2;
    y.z = make(y.size, sizeof *y.z), y.d = make(y.most + 1, sizeof *y.d);
    return y;
}

// Sums of x[i] x[i + lag] over the first `most` samples: both parts go through one transform, as one complex number.
static void correlate(Yin *y, const double *x) {
    Complex *z = y->z;
    int n = y->size;
    for (int i = 0; i < n; i++) z[i] = (Complex){i < 2 * y->most ? x[i] : 0, i < y->most ? x[i] : 0};
    fourier(z, n);
    for (int k = 0; k <= n / 2; k++) {
        Complex a = z[k], b = z[(n - k) % n];
        Complex whole = {(a.re + b.re) / 2, (a.im - b.im) / 2}, part = {(a.im + b.im) / 2, (b.re - a.re) / 2};
        // The inverse by a forward transform: of the conjugate, read off as a real number.
        Complex product = c_mul(whole, (Complex){part.re, -part.im});
        z[k] = (Complex){product.re, -product.im}, z[(n - k) % n] = product;
    }
    fourier(z, n);
}

// Difference of the frame from itself moved by each lag, over its mean up to there.
static double differences(Yin *y, const double *x) {
    double head = 0, tail = 0, sum = 0;
    correlate(y, x);
    for (int i = 0; i < y->most; i++) head += x[i] * x[i];
    tail = head, y->d[0] = 1;
    for (int lag = 1; lag < y->most; lag++) {
        tail += x[lag + y->most - 1] * x[lag + y->most - 1] - x[lag - 1] * x[lag - 1];
        double difference = fmax(head + tail - 2 * y->z[lag].re / y->size, 0);
        sum += difference;
        y->d[lag] = sum > 0 ? difference * lag / sum : 1;
    }
    return head / y->most;
}

// Where the parabola through three differences is lowest.
static double lowest_near(const double *d, int at) {
    double bend = d[at - 1] - 2 * d[at] + d[at + 1];
    return at + (bend > 0 ? 0.5 * (d[at - 1] - d[at + 1]) / bend : 0);
}

static double pitch_at(Yin *y, const double *x, int rate) {
    if (differences(y, x) < 1e-6) return 0;
    const double *d = y->d;
    int lag = (int)(rate / HIGHEST);
    for (lag = lag < 2 ? 2 : lag; lag + 2 < y->most && d[lag] >= SURE; lag++) {}
    while (lag + 2 < y->most && d[lag + 1] < d[lag]) lag++;
    if (lag + 2 >= y->most) return 0;
    double period = lowest_near(d, lag);
    // Many periods measure one better, as long as each is found where the last says.
    for (int k = 2; (k + 0.5) * period + 2 < y->most; k++) {
        int near = (int)(k * period + 0.5), best = near;
        for (int i = near - 2; i <= near + 2; i++)
            if (d[i] < d[best]) best = i;
        if (d[best] > 2 * SURE || abs(best - near) > 1) break;
        period = lowest_near(d, best) / k;
    }
    return rate / period;
}

static Contour contour_of(const Sound *s) {
    Yin y = yin_of(s->rate);
    int step = s->rate / 25, frame = 2 * y.most;
    Contour c = {make(s->count / step + 1, sizeof(double)), 0, (double)step / s->rate};
    for (size_t at = 0; at + frame <= s->count; at += step) c.hz[c.count++] = pitch_at(&y, s->samples + at, s->rate);
    free(y.z), free(y.d);
    return c;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

// Median of the frames with a pitch; 0 where fewer than a fifth have one.
static double pitch_of(const Contour *c) {
    double *found = make(c->count, sizeof *found);
    int n = 0;
    for (int i = 0; i < c->count; i++)
        if (c->hz[i] > 0) found[n++] = c->hz[i];
    qsort(found, n, sizeof *found, by_value);
    double median = n && n * 5 >= c->count ? found[n / 2] : 0;
    free(found);
    return median;
}
