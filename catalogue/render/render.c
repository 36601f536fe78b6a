// A path tracer that renders one tile of a picture, and joins tiles into a PNG.
//
//   render --scene FILE --tile I --grid 8x6 --size 800x450 --samples 24      writes /out/tile.ppm
//   render --assemble --grid 8x6                                             reads /in/<i>/tile.ppm, writes /out/picture.png
//
// Spheres and a ground plane, lit by a sun and a sky; matte, metal, glass and glowing materials.
// The noise of a pixel depends on its place alone, so tiles fit whatever the grid.
#include "../lib/png.h"
#include "../lib/random.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double x, y, z;
} Vec;

static Vec vec(double x, double y, double z) { return (Vec){x, y, z}; }
static Vec add(Vec a, Vec b) { return vec(a.x + b.x, a.y + b.y, a.z + b.z); }
static Vec sub(Vec a, Vec b) { return vec(a.x - b.x, a.y - b.y, a.z - b.z); }
static Vec mul(Vec a, Vec b) { return vec(a.x * b.x, a.y * b.y, a.z * b.z); }
static Vec scale(Vec a, double s) { return vec(a.x * s, a.y * s, a.z * s); }
static double dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static Vec cross(Vec a, Vec b) { return vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x); }
static Vec unit(Vec a) { return scale(a, 1 / sqrt(dot(a, a))); }

typedef enum { MATTE, METAL, GLASS, GLOW } Kind;

typedef struct {
    Vec centre;
    double radius;
    Kind kind;
    Vec colour;
    double rough; // of metal; refractive index of glass
} Sphere;

#define MAX_SPHERES 512
static struct {
    Sphere spheres[MAX_SPHERES];
    int count;
    Vec eye, look;
    double fov, aperture, focus;
    Vec sun, sunlight, zenith, horizon;
    Vec ground_a, ground_b;
} scene = {.fov = 40, .focus = 10, .look = {0, 0, -1}};

static void fail(const char *what, const char *value) {
    fprintf(stderr, "render: %s: %s\n", what, value);
    exit(2);
}

static void read_scene(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) fail("cannot read the scene", path);
    char line[512], word[32], kind[32];
    for (int n = 1; fgets(line, sizeof line, f); n++) {
        if (sscanf(line, "%31s", word) != 1 || word[0] == '#') continue;
        const char *rest = strstr(line, word) + strlen(word);
        Vec v, c;
        double r, s = 0;
        int ok = 0;
        if (!strcmp(word, "eye")) ok = sscanf(rest, "%lf %lf %lf", &scene.eye.x, &scene.eye.y, &scene.eye.z) == 3;
        else if (!strcmp(word, "look")) ok = sscanf(rest, "%lf %lf %lf", &scene.look.x, &scene.look.y, &scene.look.z) == 3;
        else if (!strcmp(word, "lens")) ok = sscanf(rest, "%lf %lf %lf", &scene.fov, &scene.aperture, &scene.focus) == 3;
        else if (!strcmp(word, "sun")) {
            ok = sscanf(rest, "%lf %lf %lf %lf %lf %lf", &v.x, &v.y, &v.z, &c.x, &c.y, &c.z) == 6;
            if (ok) scene.sun = unit(v), scene.sunlight = c;
        } else if (!strcmp(word, "sky")) {
            ok = sscanf(rest, "%lf %lf %lf %lf %lf %lf", &scene.zenith.x, &scene.zenith.y, &scene.zenith.z, &scene.horizon.x,
                        &scene.horizon.y, &scene.horizon.z) == 6;
        } else if (!strcmp(word, "ground")) {
            ok = sscanf(rest, "%lf %lf %lf %lf %lf %lf", &scene.ground_a.x, &scene.ground_a.y, &scene.ground_a.z,
                        &scene.ground_b.x, &scene.ground_b.y, &scene.ground_b.z) == 6;
        } else if (!strcmp(word, "sphere")) {
            int got = sscanf(rest, "%lf %lf %lf %lf %31s %lf %lf %lf %lf", &v.x, &v.y, &v.z, &r, kind, &c.x, &c.y, &c.z, &s);
            ok = got >= 8 && r > 0 && scene.count < MAX_SPHERES;
            if (ok) {
                Kind k = !strcmp(kind, "metal") ? METAL : !strcmp(kind, "glass") ? GLASS : !strcmp(kind, "glow") ? GLOW : MATTE;
                scene.spheres[scene.count++] = (Sphere){v, r, k, c, s};
            }
        }
        if (!ok) {
            snprintf(kind, sizeof kind, "line %d", n);
            fail("bad scene", kind);
        }
    }
    fclose(f);
    if (dot(scene.sun, scene.sun) == 0) fail("bad scene", "no sun");
}

typedef struct {
    double t;
    Vec at, normal;
    const Sphere *sphere; // null: the ground
} Hit;

static int hit_anything(Vec from, Vec dir, Hit *hit) {
    const Sphere *nearest = 0;
    double best = 1e30;
    for (int i = 0; i < scene.count; i++) {
        const Sphere *s = &scene.spheres[i];
        Vec oc = sub(from, s->centre);
        double b = dot(oc, dir), c = dot(oc, oc) - s->radius * s->radius, d = b * b - c;
        if (d <= 0) continue;
        double root = sqrt(d), t = -b - root;
        if (t < 1e-4) t = -b + root;
        if (t > 1e-4 && t < best) best = t, nearest = s;
    }
    int ground = dir.y < 0 && from.y / -dir.y > 1e-4 && from.y / -dir.y < best && from.y / -dir.y < 400;
    if (!ground && !nearest) return 0;
    hit->t = ground ? from.y / -dir.y : best;
    hit->at = add(from, scale(dir, hit->t));
    hit->sphere = ground ? 0 : nearest;
    hit->normal = ground ? vec(0, 1, 0) : scale(sub(hit->at, nearest->centre), 1 / nearest->radius);
    return 1;
}

static Vec sky(Vec dir) {
    double up = dir.y > 0 ? dir.y : 0;
    double f = sqrt(up);
    Vec colour = add(scale(scene.zenith, f), scale(scene.horizon, 1 - f));
    double towards = dot(dir, scene.sun);
    if (towards > 0.9994) return add(colour, scale(scene.sunlight, 6));
    if (towards > 0) colour = add(colour, scale(scene.sunlight, 0.12 * pow(towards, 64)));
    return colour;
}

static Vec random_in_sphere(Random *r) {
    for (;;) {
        Vec v = vec(2 * random_unit(r) - 1, 2 * random_unit(r) - 1, 2 * random_unit(r) - 1);
        double l = dot(v, v);
        if (l < 1 && l > 1e-6) return v;
    }
}

static Vec ground_colour(Vec at) {
    int odd = ((int)floor(at.x * 0.5) + (int)floor(at.z * 0.5)) & 1;
    return odd ? scene.ground_a : scene.ground_b;
}

static Vec trace(Vec from, Vec dir, Random *r) {
    Vec light = vec(0, 0, 0), weight = vec(1, 1, 1);
    int sun_seen = 1; // after a matte bounce the sun has been counted already
    for (int depth = 0; depth < 8; depth++) {
        Hit hit;
        if (!hit_anything(from, dir, &hit)) {
            Vec c = sky(dir);
            if (!sun_seen && dot(dir, scene.sun) > 0.9994) c = scene.horizon;
            return add(light, mul(weight, c));
        }
        Kind kind = hit.sphere ? hit.sphere->kind : MATTE;
        Vec colour = hit.sphere ? hit.sphere->colour : ground_colour(hit.at);
        if (kind == GLOW) return add(light, mul(weight, colour));
        if (kind == METAL) {
            Vec mirror = sub(dir, scale(hit.normal, 2 * dot(dir, hit.normal)));
            dir = unit(add(mirror, scale(random_in_sphere(r), hit.sphere->rough)));
            if (dot(dir, hit.normal) <= 0) return light;
            weight = mul(weight, colour);
            sun_seen = 1;
        } else if (kind == GLASS) {
            int inside = dot(dir, hit.normal) > 0;
            Vec n = inside ? scale(hit.normal, -1) : hit.normal;
            double ratio = inside ? hit.sphere->rough : 1 / hit.sphere->rough;
            double cosine = -dot(dir, n), sine2 = ratio * ratio * (1 - cosine * cosine);
            double r0 = (1 - ratio) / (1 + ratio), fresnel;
            r0 *= r0;
            double m = 1 - cosine;
            fresnel = r0 + (1 - r0) * m * m * m * m * m;
            if (sine2 > 1 || random_unit(r) < fresnel) dir = sub(dir, scale(n, 2 * dot(dir, n)));
            else dir = unit(add(scale(dir, ratio), scale(n, ratio * cosine - sqrt(1 - sine2))));
            weight = mul(weight, colour);
            sun_seen = 1;
        } else {
            weight = mul(weight, colour);
            Vec to_sun = unit(add(scene.sun, scale(random_in_sphere(r), 0.02)));
            double facing = dot(to_sun, hit.normal);
            Hit shade;
            if (facing > 0 && !hit_anything(hit.at, to_sun, &shade)) light = add(light, mul(weight, scale(scene.sunlight, facing)));
            dir = unit(add(hit.normal, unit(random_in_sphere(r))));
            sun_seen = 0;
        }
        from = hit.at;
        if (depth > 2) {
            double keep = fmax(weight.x, fmax(weight.y, weight.z));
            if (keep < 0.02 || random_unit(r) > keep) return light;
            weight = scale(weight, 1 / keep);
        }
    }
    return light;
}

static uint8_t to_byte(double c) {
    c = c / (1 + 0.35 * c); // a soft shoulder for bright light
    c = c < 0 ? 0 : c > 1 ? 1 : c;
    return (uint8_t)(255 * pow(c, 1 / 2.2) + 0.5);
}

typedef struct {
    int width, height, columns, rows, tile, samples;
} Job;

static void bounds(const Job *j, int tile, int *x0, int *y0, int *x1, int *y1) {
    int column = tile % j->columns, row = tile / j->columns;
    *x0 = column * j->width / j->columns, *x1 = (column + 1) * j->width / j->columns;
    *y0 = row * j->height / j->rows, *y1 = (row + 1) * j->height / j->rows;
}

static void render_tile(const Job *j) {
    int x0, y0, x1, y1;
    bounds(j, j->tile, &x0, &y0, &x1, &y1);
    Vec forward = unit(sub(scene.look, scene.eye)), right = unit(cross(forward, vec(0, 1, 0))), up = cross(right, forward);
    double half = tan(scene.fov * 3.14159265358979323846 / 360), aspect = (double)j->width / j->height;
    FILE *f = fopen("/out/tile.ppm", "wb");
    if (!f) fail("cannot write", "/out/tile.ppm");
    fprintf(f, "P6\n%d %d\n255\n", x1 - x0, y1 - y0);
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            Random r = random_stream((uint64_t)y * 65536 + x, 7);
            Vec sum = vec(0, 0, 0);
            for (int s = 0; s < j->samples; s++) {
                double u = (2 * (x + random_unit(&r)) / j->width - 1) * half * aspect;
                double v = (1 - 2 * (y + random_unit(&r)) / j->height) * half;
                Vec point = add(scene.eye, scale(add(forward, add(scale(right, u), scale(up, v))), scene.focus));
                Vec lens;
                do lens = vec(2 * random_unit(&r) - 1, 2 * random_unit(&r) - 1, 0);
                while (lens.x * lens.x + lens.y * lens.y > 1);
                Vec from = add(scene.eye, add(scale(right, lens.x * scene.aperture), scale(up, lens.y * scene.aperture)));
                Vec c = trace(from, unit(sub(point, from)), &r);
                // A cap on one sample tames sparkles.
                sum = add(sum, vec(fmin(c.x, 8), fmin(c.y, 8), fmin(c.z, 8)));
            }
            sum = scale(sum, 1.0 / j->samples);
            uint8_t rgb[3] = {to_byte(sum.x), to_byte(sum.y), to_byte(sum.z)};
            fwrite(rgb, 1, 3, f);
        }
    if (fclose(f)) fail("cannot write", "/out/tile.ppm");
    printf("tile %d: %d x %d pixels at (%d, %d), %d samples each\n", j->tile, x1 - x0, y1 - y0, x0, y0, j->samples);
}

static void assemble(const Job *j) {
    uint8_t *picture = calloc((size_t)j->width * j->height, 3);
    if (!picture) fail("no memory for", "the picture");
    for (int tile = 0; tile < j->columns * j->rows; tile++) {
        int x0, y0, x1, y1, w, h;
        char path[64];
        bounds(j, tile, &x0, &y0, &x1, &y1);
        snprintf(path, sizeof path, "/in/%d/tile.ppm", tile);
        FILE *f = fopen(path, "rb");
        if (!f) fail("missing tile", path);
        if (fscanf(f, "P6 %d %d 255", &w, &h) != 2 || fgetc(f) != '\n' || w != x1 - x0 || h != y1 - y0) fail("bad tile", path);
        for (int y = y0; y < y1; y++)
            if (fread(picture + ((size_t)y * j->width + x0) * 3, 3, w, f) != (size_t)w) fail("short tile", path);
        fclose(f);
    }
    if (write_png("/out/picture.png", picture, j->width, j->height)) fail("cannot write", "/out/picture.png");
    printf("picture.png: %d x %d pixels from %d tiles\n", j->width, j->height, j->columns * j->rows);
}

int main(int argc, char **argv) {
    Job j = {800, 450, 8, 6, 0, 24};
    const char *path = "/in/scene.txt";
    int joining = 0;
    for (int i = 1; i < argc; i++) {
        const char *flag = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(flag, "--assemble")) {
            joining = 1;
            continue;
        }
        int ok = 0;
        if (!strcmp(flag, "--scene")) path = value, ok = 1;
        else if (!strcmp(flag, "--tile")) ok = sscanf(value, "%d", &j.tile) == 1;
        else if (!strcmp(flag, "--grid")) ok = sscanf(value, "%dx%d", &j.columns, &j.rows) == 2;
        else if (!strcmp(flag, "--size")) ok = sscanf(value, "%dx%d", &j.width, &j.height) == 2;
        else if (!strcmp(flag, "--samples")) ok = sscanf(value, "%d", &j.samples) == 1;
        if (!ok) fail("bad argument", flag);
        i++;
    }
    if (j.columns < 1 || j.rows < 1 || j.columns > j.width || j.rows > j.height || j.width > 8192 || j.height > 8192)
        fail("bad argument", "--grid or --size");
    if (j.samples < 1 || j.samples > 4096) fail("bad argument", "--samples must be 1 to 4096");
    if (!joining && (j.tile < 0 || j.tile >= j.columns * j.rows)) fail("bad argument", "--tile is outside the grid");
    if (joining) assemble(&j);
    else read_scene(path), render_tile(&j);
    return 0;
}
