// Fusion plasma: fast ions slowing down and scattering in a warm background, by Monte Carlo.
//   plasma --stream I [--mass 4] [--particles 2000] [--energy 10] [--steps 800] [--time 5]     writes /out/moments.csv
//   plasma --assemble                                     joins /in/<i>/moments.csv into relaxation.csv and relaxation.png
// Units: velocity in thermal speeds of the ions, energy in temperatures, time in collision times of slow ions.
// --mass is that of an ion over that of a background particle. Coulomb collisions after Chandrasekhar: friction and
// diffusion along and across the velocity depend on the speed. For a heavy ion they become constants, and its motion
// the process of Ornstein and Uhlenbeck, dv = -v dt + sqrt(2) dW, which --mass 0 takes with its exact steps.
#include "join.h"
#include "../lib/normal.h"

#define ROOT_PI 1.7724538509055160273

// Chandrasekhar's function over x, where x is the speed over the background's most probable one.
static double over_x(double x) {
    if (x < 0.05) return 2 / (3 * ROOT_PI) * (1 - 0.6 * x * x + 3.0 / 14 * x * x * x * x);
    return (erf(x) - 2 * x / ROOT_PI * exp(-x * x)) / (2 * x * x * x);
}

static double erf_over_x(double x) { return x < 1e-8 ? 2 / ROOT_PI : erf(x) / x; }

// One collision step of Euler and Maruyama: friction along the velocity, kicks along and across it.
static void collide(double v[3], double mass, double dt, Random *r) {
    double speed = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), x = speed / sqrt(2 * mass), g = over_x(x);
    double along = sqrt(3 * ROOT_PI * g * dt), across = sqrt(1.5 * ROOT_PI * (erf_over_x(x) - g) * dt);
    double friction = 1.5 * ROOT_PI * (1 + 1 / mass) * g * dt, kick[3], with = 0;
    for (int k = 0; k < 3; k++) {
        kick[k] = random_normal(r);
        if (speed > 0) with += kick[k] * v[k] / speed;
    }
    for (int k = 0; k < 3; k++) {
        double forward = speed > 0 ? with * v[k] / speed : 0;
        v[k] += -friction * v[k] + across * (kick[k] - forward) + along * forward;
    }
}

static void step(double v[3], const Run *run, double keep, double kick, Random *r) {
    if (run->mass > 0) collide(v, run->mass, run->time / run->steps, r);
    else
        for (int k = 0; k < 3; k++) v[k] = keep * v[k] + kick * random_normal(r);
}

static void simulate(uint64_t stream, const Run *run, int particles) {
    double keep = exp_same(-run->time / run->steps), kick = sqrt(1 - keep * keep), v0 = sqrt(2 * run->energy);
    static Sums sums;
    Random r = random_stream(0x9e3779b97f4a7c15ull, stream);
    for (int p = 0; p < particles; p++) {
        double v[3] = {v0, 0, 0}, square = 0;
        for (int s = 0; s <= run->steps; s++) {
            square = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
            sums.drift[s] += v[0], sums.square[s] += square, sums.fourth[s] += square * square;
            if (s < run->steps) step(v, run, keep, kick, &r);
        }
        int bin = (int)(sqrt(square) / BIN);
        sums.speeds[bin < BINS ? bin : BINS - 1]++;
    }
    sums.particles = particles;
    put_sums(run, &sums);
    printf("stream %llu: %d ions, <v2> at the end %.4f\n", (unsigned long long)stream, particles, sums.square[run->steps] / particles);
}

int main(int argc, char **argv) {
    unsigned long long stream = 0;
    int particles = 2000, ok;
    Run run = {4, 10, 5, 800};
    for (int i = 1; i < argc; i += 2) {
        if (!strcmp(argv[i], "--assemble")) return assemble();
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        ok = 0;
        if (!strcmp(argv[i], "--stream")) ok = sscanf(value, "%llu", &stream) == 1;
        else if (!strcmp(argv[i], "--mass")) ok = sscanf(value, "%lf", &run.mass) == 1 && (run.mass == 0 || (run.mass >= 0.01 && run.mass <= 1e6));
        else if (!strcmp(argv[i], "--particles")) ok = sscanf(value, "%d", &particles) == 1 && particles > 0;
        else if (!strcmp(argv[i], "--energy")) ok = sscanf(value, "%lf", &run.energy) == 1 && run.energy >= 0;
        else if (!strcmp(argv[i], "--steps")) ok = sscanf(value, "%d", &run.steps) == 1 && run.steps > 0 && run.steps <= MAX_STEPS;
        else if (!strcmp(argv[i], "--time")) ok = sscanf(value, "%lf", &run.time) == 1 && run.time > 0;
        if (!ok) fail("bad argument", argv[i]);
    }
    // Longer steps would throw a slow ion past rest.
    if (run.mass > 0 && run.time / run.steps * (1 + 1 / run.mass) > 0.2) fail("steps are too long for the collisions", "raise --steps");
    simulate(stream, &run, particles);
    return 0;
}
