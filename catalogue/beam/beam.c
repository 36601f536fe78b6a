// Beam-beam collision: particles of one beam tracked through the kick of a Gaussian bunch of the other, turn after turn.
//   beam --part I --parts N [options]    tracks its share of a grid of amplitudes; writes /out/tracks.csv
//   beam --field [options]               the kick itself over the grid; writes /out/field.csv
//   beam --assemble                      joins /in/<i>/tracks.csv into footprint.csv and beam.png
// Lengths are in sigma of the strong bunch, per plane; momenta are scaled so that the free motion is a circle.
#include "beam.h"

// Field of a Gaussian bunch of sizes 1 and `ratio`, line charge such that it is 1/r far out: Bassetti and
// Erskine (CERN-ISR-TH/80-06), and its limit for round bunches, where that formula is 0/0.
static void field(double x, double y, double ratio, double *fx, double *fy) {
    double ax = fabs(x), ay = fabs(y);
    if (ratio == 1) {
        double r2 = x * x + y * y, f = r2 > 0 ? -expm1(-r2 / 2) / r2 : 0.5;
        *fx = f * x, *fy = f * y;
        return;
    }
    double s = sqrt(2 * (1 - ratio * ratio)), fade = exp(-x * x / 2 - y * y / (2 * ratio * ratio));
    Complex far = faddeeva((Complex){ax / s, ay / s}), near = faddeeva((Complex){ax * ratio / s, ay / ratio / s});
    double scale = sqrt(PI) / s;
    *fx = copysign(scale * (far.im - fade * near.im), x);
    *fy = copysign(scale * (far.re - fade * near.re), y);
}

static void track(const Ring *ring, double ax, double ay, Complex *across, Complex *up, double *largest) {
    double x = ax, px = 0, y = ay, py = 0, fx, fy;
    double cx = cos(2 * PI * ring->tune[0]), sx = sin(2 * PI * ring->tune[0]);
    double cy = cos(2 * PI * ring->tune[1]), sy = sin(2 * PI * ring->tune[1]);
    double kick = 4 * PI * (1 + ring->ratio), most = 0;
    for (int t = 0; t < ring->turns; t++) {
        across[t] = (Complex){x, -px}, up[t] = (Complex){y, -py};
        most = fmax(most, fmax(x * x + px * px, y * y + py * py));
        field(x - ring->offset[0], ring->ratio * (y - ring->offset[1]), ring->ratio, &fx, &fy);
        px -= kick * ring->xi[0] * fx, py -= kick * ring->xi[1] * fy;
        double x1 = cx * x + sx * px, y1 = cy * y + sy * py;
        px = cx * px - sx * x, py = cy * py - sy * y;
        x = x1, y = y1;
    }
    *largest = sqrt(most);
}

static double amplitude(const Ring *ring, int i) { return ring->reach * (i + 0.5) / ring->grid; }

static void track_part(const Ring *ring, int part, int parts) {
    Complex *across = malloc(ring->turns * sizeof *across), *up = malloc(ring->turns * sizeof *up);
    if (!across || !up) fail("no memory for the turns", "--turns");
    FILE *f = open_file("/out/tracks.csv", "w");
    put_ring(f, ring);
    int half = ring->turns / 2, n = 0;
    for (int p = part; p < ring->grid * ring->grid; p += parts, n++) {
        double ax = amplitude(ring, p % ring->grid), ay = amplitude(ring, p / ring->grid), largest;
        track(ring, ax, ay, across, up, &largest);
        double qx = tune_of(across, half), qy = tune_of(up, half);
        double dx = tune_of(across + half, half) - qx, dy = tune_of(up + half, half) - qy;
        // Frequency map analysis (Laskar): a regular orbit keeps its tunes, a chaotic one does not.
        double drift = fmax(-9, 0.5 * log10(dx * dx + dy * dy + 1e-30));
        fprintf(f, "%d,%.6f,%.6f,%.9f,%.9f,%.3f,%.4f\n", p, ax, ay, qx, qy, drift, largest);
    }
    if (fclose(f)) fail("cannot write", "/out/tracks.csv");
    free(across), free(up);
    printf("part %d of %d: %d particles through %d turns\n", part, parts, n, ring->turns);
}

static void write_field(const Ring *ring) {
    FILE *f = open_file("/out/field.csv", "w");
    fprintf(f, "x,y,fx,fy\n");
    int n = 2 * ring->grid;
    for (int j = 0; j <= n; j++)
        for (int i = 0; i <= n; i++) {
            double x = ring->reach * (i - ring->grid) / ring->grid, y = ring->reach * (j - ring->grid) / ring->grid, fx, fy;
            field(x, ring->ratio * y, ring->ratio, &fx, &fy);
            fprintf(f, "%.17g,%.17g,%.15e,%.15e\n", x, ring->ratio * y, fx, fy);
        }
    if (fclose(f)) fail("cannot write", "/out/field.csv");
    printf("field at %d points\n", (n + 1) * (n + 1));
}

int main(int argc, char **argv) {
    Ring ring = {{0.31, 0.32}, {0.01, 0.01}, {0, 0}, 1, 6, 48, 2048};
    int part = 0, parts = 1, mode = 't', ok;
    for (int i = 1; i < argc; i++) {
        const char *flag = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(flag, "--assemble") || !strcmp(flag, "--field")) {
            mode = flag[2];
            continue;
        }
        ok = 0;
        if (!strcmp(flag, "--tunes")) ok = sscanf(value, "%lfx%lf", &ring.tune[0], &ring.tune[1]) == 2;
        else if (!strcmp(flag, "--xi")) ok = sscanf(value, "%lfx%lf", &ring.xi[0], &ring.xi[1]) == 2;
        else if (!strcmp(flag, "--offset")) ok = sscanf(value, "%lfx%lf", &ring.offset[0], &ring.offset[1]) == 2;
        else if (!strcmp(flag, "--ratio")) ok = sscanf(value, "%lf", &ring.ratio) == 1;
        else if (!strcmp(flag, "--reach")) ok = sscanf(value, "%lf", &ring.reach) == 1;
        else if (!strcmp(flag, "--grid")) ok = sscanf(value, "%d", &ring.grid) == 1;
        else if (!strcmp(flag, "--turns")) ok = sscanf(value, "%d", &ring.turns) == 1;
        else if (!strcmp(flag, "--part")) ok = sscanf(value, "%d", &part) == 1;
        else if (!strcmp(flag, "--parts")) ok = sscanf(value, "%d", &parts) == 1;
        if (!ok) fail("bad argument", flag);
        i++;
    }
    check_ring(&ring);
    if (parts < 1 || part < 0 || part >= parts) fail("bad argument", "--part must be 0 to --parts less one");
    if (mode == 'a') assemble();
    else if (mode == 'f') write_field(&ring);
    else track_part(&ring, part, parts);
    return 0;
}
