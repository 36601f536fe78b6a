// What beam.c tracks through, the tunes of an orbit, and the picture of all of them.
#pragma once
#include "../lib/canvas.h"
#include "../lib/faddeeva.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define MAX_GRID 256
#define RESONANCE 0xa8b4c4u

typedef struct {
    double tune[2], xi[2], offset[2], ratio, reach;
    int grid, turns;
} Ring;

static void fail(const char *what, const char *value) {
    fprintf(stderr, "beam: %s: %s\n", what, value);
    exit(2);
}

static FILE *open_file(const char *path, const char *mode) {
    FILE *f = fopen(path, mode);
    if (!f) fail("cannot open", path);
    return f;
}

static void check_ring(const Ring *r) {
    if (r->grid < 1 || r->grid > MAX_GRID) fail("bad argument", "--grid must be 1 to 256");
    if (r->turns < 64 || r->turns > 1 << 20 || (r->turns & (r->turns - 1))) fail("bad argument", "--turns must be a power of two from 64 to 1048576");
    if (!(r->reach > 0 && r->reach <= 20)) fail("bad argument", "--reach must be above 0 and at most 20");
    // Between 0.999 and 1 the formula for flat bunches loses its digits.
    if (!(r->ratio >= 1e-3 && (r->ratio <= 0.999 || r->ratio == 1))) fail("bad argument", "--ratio must be 0.001 to 0.999, or 1");
    for (int k = 0; k < 2; k++) {
        if (!(r->tune[k] > 0 && r->tune[k] < 1)) fail("bad argument", "--tunes must be two fractions between 0 and 1");
        if (!(fabs(r->xi[k]) <= 0.2)) fail("bad argument", "--xi must be two numbers from -0.2 to 0.2");
        if (!(fabs(r->offset[k]) <= 20)) fail("bad argument", "--offset must be two numbers from -20 to 20");
    }
}

static void put_ring(FILE *f, const Ring *r) {
    fprintf(f, "# tunes %.9fx%.9f xi %.9fx%.9f offset %.6fx%.6f ratio %.6f reach %.6f grid %d turns %d\n", r->tune[0], r->tune[1], r->xi[0],
            r->xi[1], r->offset[0], r->offset[1], r->ratio, r->reach, r->grid, r->turns);
}

static int get_ring(FILE *f, Ring *r) {
    return fscanf(f, "# tunes %lfx%lf xi %lfx%lf offset %lfx%lf ratio %lf reach %lf grid %d turns %d", &r->tune[0], &r->tune[1], &r->xi[0],
                  &r->xi[1], &r->offset[0], &r->offset[1], &r->ratio, &r->reach, &r->grid, &r->turns) == 10;
}

// Size of the Hann-windowed spectrum at `tune`.
static double strength(const Complex *z, int n, double tune) {
    Complex sum = {0, 0}, turn = {1, 0}, step = {cos(2 * PI * tune), -sin(2 * PI * tune)};
    Complex wave = {1, 0}, slow = {cos(2 * PI / n), sin(2 * PI / n)};
    for (int t = 0; t < n; t++) {
        Complex v = c_mul(z[t], turn);
        double window = 1 - wave.re;
        sum.re += window * v.re, sum.im += window * v.im;
        turn = c_mul(turn, step), wave = c_mul(wave, slow);
    }
    return sum.re * sum.re + sum.im * sum.im;
}

// Strongest frequency of `n` turns (a power of two), in turns: the bin of a Fourier transform, then a golden section.
static double tune_of(const Complex *z, int n) {
    Complex *copy = malloc(n * sizeof *copy);
    if (!copy) fail("no memory for the turns", "--turns");
    memcpy(copy, z, n * sizeof *copy);
    fourier(copy, n);
    int best = 0;
    double most = -1;
    for (int k = 0; k < n; k++) {
        double size = copy[k].re * copy[k].re + copy[k].im * copy[k].im;
        if (size > most) most = size, best = k;
    }
    free(copy);
    const double golden = 0.6180339887498949;
    double low = (best - 1.0) / n, high = (best + 1.0) / n, a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = strength(z, n, a), at_b = strength(z, n, b);
    for (int k = 0; k < 32; k++) {
        if (at_a > at_b) {
            high = b, b = a, at_b = at_a, a = high - golden * (high - low);
            at_a = strength(z, n, a);
        } else {
            low = a, a = b, at_a = at_b, b = low + golden * (high - low);
            at_b = strength(z, n, b);
        }
    }
    double tune = (low + high) / 2;
    return tune < 0 ? tune + 1 : tune;
}

typedef struct {
    double ax, ay, qx, qy, drift, largest;
    int present;
} Orbit;

static Ring read_tracks(Orbit *orbits, int *files) {
    Ring ring = {0}, other = {0};
    for (*files = 0;; (*files)++) {
        char path[64];
        snprintf(path, sizeof path, "/in/%d/tracks.csv", *files);
        FILE *f = fopen(path, "r");
        if (!f) break;
        if (!get_ring(f, &other) || other.grid < 1 || other.grid > MAX_GRID) fail("bad tracks", path);
        if (*files && memcmp(&other, &ring, sizeof ring)) fail("tracks of another run", path);
        ring = other;
        Orbit o = {.present = 1};
        int p, got;
        while ((got = fscanf(f, "%d,%lf,%lf,%lf,%lf,%lf,%lf", &p, &o.ax, &o.ay, &o.qx, &o.qy, &o.drift, &o.largest)) == 7) {
            if (p < 0 || p >= ring.grid * ring.grid || orbits[p].present) fail("bad tracks", path);
            orbits[p] = o;
        }
        if (got != EOF) fail("bad tracks", path);
        fclose(f);
    }
    if (!*files) fail("no tracks below", "/in");
    for (int p = 0; p < ring.grid * ring.grid; p++)
        if (!orbits[p].present) fail("tracks are missing", "--parts must be the number of tasks");
    return ring;
}

// Lines m qx + n qy = k up to order 8.
static void draw_resonances(const Plot *p) {
    for (int m = -8; m <= 8; m++)
        for (int n = 0; n + abs(m) <= 8; n++)
            for (int k = -8; k <= 8; k++) {
                if (n == 0 && m <= 0) continue;
                if (n == 0) {
                    double q = (double)k / m;
                    if (q > p->x0 && q < p->x1) plot_line(p, q, p->y0, q, p->y1, 1, RESONANCE);
                    continue;
                }
                for (int s = 0; s < 200; s++) {
                    double a = p->x0 + (p->x1 - p->x0) * s / 200, b = p->x0 + (p->x1 - p->x0) * (s + 1) / 200;
                    plot_line(p, a, (k - m * a) / n, b, (k - m * b) / n, 1, RESONANCE);
                }
            }
}

static void draw(const Ring *ring, const Orbit *orbits) {
    Canvas c = canvas_new(1180, 600);
    double low[2] = {1, 1}, high[2] = {0, 0};
    for (int p = 0; p < ring->grid * ring->grid; p++) {
        low[0] = fmin(low[0], orbits[p].qx), high[0] = fmax(high[0], orbits[p].qx);
        low[1] = fmin(low[1], orbits[p].qy), high[1] = fmax(high[1], orbits[p].qy);
    }
    for (int k = 0; k < 2; k++) {
        double room = fmax(0.06 * (high[k] - low[k]), 1e-4);
        low[k] -= room, high[k] += room;
    }
    Plot tunes = {&c, 70, 60, 560, 550, low[0], high[0], low[1], high[1]};
    Plot plane = {&c, 640, 60, 1130, 550, 0, ring->reach, 0, ring->reach};
    plot_axes(&tunes, "tunes of the particles", "horizontal tune", "vertical tune");
    draw_resonances(&tunes);
    int size = 490 / ring->grid + 1;
    for (int p = ring->grid * ring->grid - 1; p >= 0; p--) {
        const Orbit *o = &orbits[p];
        Colour colour = heat((o->drift + 8) / 5);
        int x = (int)plot_x(&tunes, o->qx), y = (int)plot_y(&tunes, o->qy);
        canvas_fill(&c, x - 1, y - 1, x + 2, y + 2, colour);
        x = (int)(plot_x(&plane, o->ax) - size / 2.0), y = (int)(plot_y(&plane, o->ay) - size / 2.0);
        canvas_fill(&c, x, y, x + size, y + size, colour);
    }
    plot_axes(&plane, "drift of the tunes", "horizontal amplitude (sigma)", "vertical amplitude (sigma), blue 1e-8 to red 1e-3 and above");
    if (write_png("/out/beam.png", c.rgb, c.width, c.height)) fail("cannot write", "/out/beam.png");
}

// Tune of small oscillations: one thin lens in a ring.
static double core_tune(double tune, double xi) {
    double whole = acos(cos(2 * PI * tune) - 2 * PI * xi * sin(2 * PI * tune)) / (2 * PI);
    return tune > 0.5 ? 1 - whole : whole;
}

static void assemble(void) {
    static Orbit orbits[MAX_GRID * MAX_GRID];
    int files, chaotic = 0;
    Ring ring = read_tracks(orbits, &files);
    FILE *f = open_file("/out/footprint.csv", "w");
    fprintf(f, "ampX,ampY,tuneX,tuneY,drift,largest\n");
    for (int p = 0; p < ring.grid * ring.grid; p++) {
        const Orbit *o = &orbits[p];
        chaotic += o->drift > -4;
        fprintf(f, "%.6f,%.6f,%.9f,%.9f,%.3f,%.4f\n", o->ax, o->ay, o->qx, o->qy, o->drift, o->largest);
    }
    if (fclose(f)) fail("cannot write", "/out/footprint.csv");
    draw(&ring, orbits);
    printf("%d particles in %d tasks, %d with tunes that drift by more than 1e-4\n", ring.grid * ring.grid, files, chaotic);
    printf("innermost tunes %.6f %.6f; theory of small oscillations %.6f %.6f\n", orbits[0].qx, orbits[0].qy,
           core_tune(ring.tune[0], ring.xi[0]), core_tune(ring.tune[1], ring.xi[1]));
}
