// Tempo and onsets: where the level rises, and how long after itself it rises again.
#pragma once
#include "pitch.h"

#define FRAMES 200 // a second
#define SLOWEST 50 // beats a minute
#define QUICKEST 200
#define LEAST_RISE 0.05 // of the logarithm of the energy, in 5 ms

typedef struct {
    double *rise, tempo; // rise of each frame; beats a minute, or 0
    int count, *onset, onsets;
} Rhythm;

static void find_onsets(Rhythm *r) {
    double most = 0;
    for (int i = 0; i < r->count; i++) most = fmax(most, r->rise[i]);
    r->onset = make(r->count, sizeof *r->onset);
    for (int i = 1; i + 1 < r->count; i++) {
        int peak = r->rise[i] > 0.25 * most && r->rise[i] >= r->rise[i - 1] && r->rise[i] > r->rise[i + 1];
        // At most 20 a second.
        if (peak && (!r->onsets || i - r->onset[r->onsets - 1] > FRAMES / 20)) r->onset[r->onsets++] = i;
    }
}

static double likeness(const double *x, int n, int lag) {
    double sum = 0;
    for (int i = 0; i + lag < n; i++) sum += x[i] * x[i + lag];
    return lag < n ? sum / (n - lag) : 0;
}

static int top_near(const double *x, int n, int near, int reach) {
    int top = near;
    for (int i = near - reach; i <= near + reach; i++)
        if (i > 0 && likeness(x, n, i) > likeness(x, n, top)) top = i;
    return top;
}

// The rises widened to some 25 ms, less their mean: beats seldom fall on whole frames.
static double *spread_rises(const Rhythm *r) {
    static const double shape[5] = {1, 2, 3, 2, 1};
    double *x = make(r->count, sizeof *x), mean = 0;
    for (int i = 2; i + 2 < r->count; i++)
        for (int k = 0; k < 5; k++) x[i] += shape[k] * r->rise[i + k - 2] / 9;
    for (int i = 0; i < r->count; i++) mean += x[i] / r->count;
    for (int i = 0; i < r->count; i++) x[i] -= mean;
    return x;
}

// Beats a minute. Of the lags at which the rises look like themselves the best near 120 beats a minute wins (after
// Ellis 2007); then as many beats as fit measure one.
static double tempo_of(const Rhythm *r) {
    const int least = 60 * FRAMES / QUICKEST, most = 60 * FRAMES / SLOWEST;
    if (r->count < 4 * FRAMES || r->onsets < 4) return 0;
    double *x = spread_rises(r), best = 0;
    int beat = 0;
    for (int lag = least; lag <= most; lag++) {
        double octaves = log2(lag * 120.0 / (60 * FRAMES)), score = likeness(x, r->count, lag) * exp(-0.5 * octaves * octaves);
        if (score > best) best = score, beat = lag;
    }
    // Equal beats look like themselves at two and three beats as well.
    for (int part = 3; part > 1; part--) {
        int shorter = top_near(x, r->count, (beat + part / 2) / part, 2);
        if (shorter >= least && likeness(x, r->count, shorter) > 0.75 * likeness(x, r->count, beat)) beat = shorter;
    }
    double whole = likeness(x, r->count, 0), period = beat;
    int sure = beat && likeness(x, r->count, beat) > 0.15 * whole;
    for (int k = 1; sure && (k + 0.5) * period < r->count / 2; k++) {
        int near = (int)(k * period + 0.5), top = top_near(x, r->count, near, 3);
        double a = likeness(x, r->count, top - 1), b = likeness(x, r->count, top), c = likeness(x, r->count, top + 1), bend = a - 2 * b + c;
        if (b < 0.1 * whole || abs(top - near) > 2) break;
        period = (top + (bend < 0 ? 0.5 * (a - c) / bend : 0)) / k;
    }
    free(x);
    return sure ? 60.0 * FRAMES / period : 0;
}

// Energy in the middle of frame `i`, over 40 ms that fade at both ends: less would ripple with the waves of a low tone.
static double energy_at(const Sound *s, const double *shape, int size, int i) {
    long long from = (long long)((i + 0.5) * s->rate / FRAMES) - size / 2;
    double energy = 0;
    for (int k = 0; k < size; k++) {
        if (from + k < 0 || from + k >= (long long)s->count) continue;
        double x = s->samples[from + k];
        energy += shape[k] * x * x;
    }
    return energy * 2 / size;
}

static Rhythm rhythm_of(const Sound *s) {
    int n = (int)(s->count * (double)FRAMES / s->rate);
    Rhythm r = {make(n, sizeof(double)), 0, n, 0, 0};
    int size = s->rate / 25;
    double last = 0, *shape = make(size, sizeof *shape);
    for (int k = 0; k < size; k++) shape[k] = 0.5 - 0.5 * cos(6.283185307179586 * (k + 0.5) / size);
    for (int i = 0; i < n; i++) {
        double level = log(1 + 1000 * energy_at(s, shape, size, i));
        if (i && level > last + LEAST_RISE) r.rise[i] = level - last;
        last = level;
    }
    free(shape);
    find_onsets(&r);
    r.tempo = tempo_of(&r);
    return r;
}
