// Sums over the ions of a task, and what becomes of the sums of a bag: a table beside the limit's moments, and charts.
#pragma once
#include "../lib/canvas.h"
#include "../lib/explog.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 10000
#define BINS 50
#define BIN 0.1 // thermal speeds
#define FOUND 0x2060c0u
#define LIMIT 0xd08030u

typedef struct {
    double mass, energy, time;
    int steps;
} Run;

typedef struct {
    double drift[MAX_STEPS + 1], square[MAX_STEPS + 1], fourth[MAX_STEPS + 1];
    long long speeds[BINS], particles;
} Sums;

static void fail(const char *what, const char *value) {
    fprintf(stderr, "plasma: %s: %s\n", what, value);
    exit(2);
}

static FILE *create(const char *path) {
    FILE *f = fopen(path, "w");
    if (!f) fail("cannot write", path);
    return f;
}

static void put_sums(const Run *run, const Sums *sums) {
    FILE *f = create("/out/moments.csv");
    fprintf(f, "# particles %lld mass %.17g energy %.17g steps %d time %.17g\n", sums->particles, run->mass, run->energy, run->steps, run->time);
    for (int s = 0; s <= run->steps; s++) fprintf(f, "%.17g %.17g %.17g\n", sums->drift[s], sums->square[s], sums->fourth[s]);
    for (int b = 0; b < BINS; b++) fprintf(f, "%lld\n", sums->speeds[b]);
    if (fclose(f)) fail("cannot write", "/out/moments.csv");
}

static int add_sums(const char *path, int first, Run *run, Sums *sums) {
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    Run other;
    long long n, count;
    double a, b, c;
    if (fscanf(f, "# particles %lld mass %lf energy %lf steps %d time %lf", &n, &other.mass, &other.energy, &other.steps, &other.time) != 5 || n < 1 ||
        other.steps < 1 || other.steps > MAX_STEPS)
        fail("bad moments", path);
    if (first) *run = other;
    else if (memcmp(run, &other, offsetof(Run, steps) + sizeof other.steps)) fail("moments of another run", path);
    sums->particles += n;
    for (int i = 0; i <= run->steps; i++) {
        if (fscanf(f, "%lf %lf %lf", &a, &b, &c) != 3) fail("short moments", path);
        sums->drift[i] += a, sums->square[i] += b, sums->fourth[i] += c;
    }
    for (int i = 0; i < BINS; i++) {
        if (fscanf(f, "%lld", &count) != 1) fail("short moments", path);
        sums->speeds[i] += count;
    }
    fclose(f);
    return 1;
}

// Moments of the limit at a time: mean velocity, and means of v^2 and v^4 of a normal law around it.
static void limit_at(const Run *run, double at, double *drift, double *square, double *fourth) {
    double keep = exp_same(-at), mean = sqrt(2 * run->energy) * keep, spread = 1 - keep * keep;
    *drift = mean;
    *square = mean * mean + 3 * spread;
    *fourth = *square * *square + 6 * spread * spread + 4 * mean * mean * spread;
}

static void draw_relaxation(Canvas *c, const Run *run, const Sums *sums) {
    double n = sums->particles, drift, square, fourth, last[4] = {0}, now[4], last_at = 0;
    Plot p = {c, 70, 60, 570, 400, 0, run->time, 0, 1.1 * fmax(run->energy, 1.5)};
    plot_axes(&p, "energy of the ions", "collision times", "temperatures: found blue, limit of heavy ions orange");
    for (int i = 0; i <= run->steps; i++) {
        double at = run->time * i / run->steps;
        limit_at(run, at, &drift, &square, &fourth);
        now[0] = square / 2, now[1] = sums->square[i] / n / 2;
        if (i) plot_line(&p, last_at, last[0], at, now[0], 2, LIMIT), plot_line(&p, last_at, last[1], at, now[1], 2, FOUND);
        memcpy(last, now, sizeof last), last_at = at;
    }
}

// Share of a Maxwellian with speeds up to v, in thermal speeds.
static double maxwell_below(double v) { return erf(v / sqrt(2)) - sqrt(2 / 3.14159265358979323846) * v * exp_same(-v * v / 2); }

static void draw_speeds(Canvas *c, const Sums *sums) {
    double most = 0.65;
    for (int b = 0; b < BINS; b++) most = fmax(most, sums->speeds[b] / (BIN * sums->particles));
    Plot p = {c, 660, 60, 1160, 400, 0, BINS * BIN, 0, 1.1 * most};
    plot_axes(&p, "speeds at the end", "thermal speeds", "density: found blue, maxwellian orange");
    for (int b = 0; b < BINS; b++) {
        double height = plot_y(&p, sums->speeds[b] / (BIN * sums->particles));
        canvas_fill(c, (int)plot_x(&p, b * BIN) + 1, (int)height, (int)plot_x(&p, (b + 1) * BIN), p.bottom, FOUND);
        double from = plot_y(&p, (maxwell_below((b + 1) * BIN) - maxwell_below(b * BIN)) / BIN);
        canvas_fill(c, (int)plot_x(&p, b * BIN), (int)from - 1, (int)plot_x(&p, (b + 1) * BIN), (int)from + 1, LIMIT);
    }
}

static int assemble(void) {
    static Sums sums;
    Run run = {0};
    int files = 0;
    for (char path[64];; files++) {
        snprintf(path, sizeof path, "/in/%d/moments.csv", files);
        if (!add_sums(path, files == 0, &run, &sums)) break;
    }
    if (!files) fail("no moments below", "/in");
    FILE *f = create("/out/relaxation.csv");
    fprintf(f, "time,drift,driftLimit,energy,energyLimit,energyError,fourth,fourthLimit\n");
    double worst = 0, n = sums.particles;
    for (int i = 0; i <= run.steps; i++) {
        double at = run.time * i / run.steps, m2 = sums.square[i] / n, m4 = sums.fourth[i] / n, drift, square, fourth;
        limit_at(&run, at, &drift, &square, &fourth);
        double error = sqrt(fmax(m4 - m2 * m2, 0) / n);
        if (i) worst = fmax(worst, fabs(m2 - square) / error);
        fprintf(f, "%.6f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", at, sums.drift[i] / n, drift, m2 / 2, square / 2, error / 2, m4, fourth);
    }
    if (fclose(f)) fail("cannot write", "/out/relaxation.csv");
    f = create("/out/speeds.csv");
    fprintf(f, "speed,share,maxwellian\n");
    for (int b = 0; b < BINS; b++) fprintf(f, "%.2f,%.6f,%.6f\n", b * BIN, sums.speeds[b] / n, maxwell_below((b + 1) * BIN) - maxwell_below(b * BIN));
    if (fclose(f)) fail("cannot write", "/out/speeds.csv");
    Canvas c = canvas_new(1200, 450);
    draw_relaxation(&c, &run, &sums);
    draw_speeds(&c, &sums);
    if (write_png("/out/relaxation.png", c.rgb, c.width, c.height)) fail("cannot write", "/out/relaxation.png");
    printf("%lld ions in %d tasks: energy from %.2f to %.3f temperatures", sums.particles, files, run.energy, sums.square[run.steps] / n / 2);
    if (run.mass > 0) printf("; within %.1f standard errors of the limit of heavy ions at worst\n", worst);
    else printf("; follows theory within %.2f standard errors at worst\n", worst);
    return 0;
}
