// Fusion plasma: fast ions slowing down and scattering in a warm background, by Monte Carlo.
//   plasma --stream I [--particles 2000] [--energy 10] [--steps 200] [--time 2]     writes /out/moments.csv
//   plasma --assemble                                                              joins /in/<i>/moments.csv
// Units: velocity in thermal speeds, time in collision times, energy in T/2 per degree of freedom.
// Each ion follows dv = -v dt + sqrt(2) dW in three dimensions (Ornstein-Uhlenbeck, the Langevin form
// of a Lenard-Bernstein collision operator) by the exact one-step solution, so the moments are known:
//   <v_x>(t) = v0 exp(-t),   <v^2>(t) = 3 + (v0^2 - 3) exp(-2 t).
#include "../lib/random.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STEPS 10000

static void fail(const char *what, const char *value) {
    fprintf(stderr, "plasma: %s: %s\n", what, value);
    exit(2);
}

// Marsaglia's polar method; uses log and sqrt, the same bits everywhere inside the sandbox.
static double normal(Random *r) {
    for (;;) {
        double u = 2 * random_unit(r) - 1, v = 2 * random_unit(r) - 1, s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * log(s) / s);
    }
}

static void simulate(uint64_t stream, int particles, double energy, int steps, double time) {
    double dt = time / steps, keep = exp(-dt), kick = sqrt(1 - keep * keep), v0 = sqrt(2 * energy);
    double *drift = calloc(steps + 1, sizeof *drift), *square = calloc(steps + 1, sizeof *square);
    double *fourth = calloc(steps + 1, sizeof *fourth);
    if (!drift || !square || !fourth) abort();
    Random r = random_stream(0x9e3779b97f4a7c15ull, stream);
    for (int p = 0; p < particles; p++) {
        double v[3] = {v0, 0, 0};
        for (int s = 0; s <= steps; s++) {
            double v2 = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
            drift[s] += v[0], square[s] += v2, fourth[s] += v2 * v2;
            for (int k = 0; k < 3; k++) v[k] = keep * v[k] + kick * normal(&r);
        }
    }
    FILE *f = fopen("/out/moments.csv", "w");
    if (!f) fail("cannot write", "/out/moments.csv");
    fprintf(f, "# particles %d energy %.17g steps %d time %.17g\n", particles, energy, steps, time);
    for (int s = 0; s <= steps; s++) fprintf(f, "%.17g %.17g %.17g\n", drift[s], square[s], fourth[s]);
    if (fclose(f)) fail("cannot write", "/out/moments.csv");
    printf("stream %llu: %d ions, <v2> at the end %.4f\n", (unsigned long long)stream, particles, square[steps] / particles);
}

static int assemble(void) {
    static double drift[MAX_STEPS + 1], square[MAX_STEPS + 1], fourth[MAX_STEPS + 1];
    double energy = 0, time = 0, e, t;
    int steps = 0, files = 0, n, s;
    long long total = 0;
    for (;; files++) {
        char path[64];
        snprintf(path, sizeof path, "/in/%d/moments.csv", files);
        FILE *f = fopen(path, "r");
        if (!f) break;
        if (fscanf(f, "# particles %d energy %lf steps %d time %lf", &n, &e, &s, &t) != 4 || n < 1 || s < 1 || s > MAX_STEPS) fail("bad moments", path);
        if (files && (e != energy || s != steps || t != time)) fail("moments of another run", path);
        energy = e, steps = s, time = t, total += n;
        for (int i = 0; i <= steps; i++) {
            double a, b, c;
            if (fscanf(f, "%lf %lf %lf", &a, &b, &c) != 3) fail("short moments", path);
            drift[i] += a, square[i] += b, fourth[i] += c;
        }
        fclose(f);
    }
    if (!files) fail("no moments below", "/in");
    FILE *f = fopen("/out/relaxation.csv", "w");
    if (!f) fail("cannot write", "/out/relaxation.csv");
    fprintf(f, "time,drift,driftExact,energy,energyExact,energyError\n");
    double v0 = sqrt(2 * energy), worst = 0;
    for (int i = 0; i <= steps; i++) {
        double at = time * i / steps, m2 = square[i] / total, m4 = fourth[i] / total;
        double exact = 3 + (v0 * v0 - 3) * exp(-2 * at), error = sqrt(fmax(m4 - m2 * m2, 0) / total);
        double off = error > 0 ? fabs(m2 - exact) / error : 0;
        if (off > worst) worst = off;
        fprintf(f, "%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", at, drift[i] / total, v0 * exp(-at), m2 / 2, exact / 2, error / 2);
    }
    if (fclose(f)) fail("cannot write", "/out/relaxation.csv");
    printf("%lld ions in %d tasks: energy follows theory within %.2f standard errors at worst\n", total, files, worst);
    return 0;
}

int main(int argc, char **argv) {
    unsigned long long stream = 0;
    int particles = 2000, steps = 200, ok;
    double energy = 10, time = 2;
    for (int i = 1; i < argc; i += 2) {
        if (!strcmp(argv[i], "--assemble")) return assemble();
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        ok = 0;
        if (!strcmp(argv[i], "--stream")) ok = sscanf(value, "%llu", &stream) == 1;
        else if (!strcmp(argv[i], "--particles")) ok = sscanf(value, "%d", &particles) == 1 && particles > 0;
        else if (!strcmp(argv[i], "--energy")) ok = sscanf(value, "%lf", &energy) == 1 && energy >= 0;
        else if (!strcmp(argv[i], "--steps")) ok = sscanf(value, "%d", &steps) == 1 && steps > 0 && steps <= MAX_STEPS;
        else if (!strcmp(argv[i], "--time")) ok = sscanf(value, "%lf", &time) == 1 && time > 0;
        if (!ok) fail("bad argument", argv[i]);
    }
    simulate(stream, particles, energy, steps, time);
    return 0;
}
