// Listens to WAV files (PCM 16 bit, any rate and number of channels): pitch, note, tempo, onsets, loudness.
//   tuner [FILE below /in]...        one line a file; details in /out/<name>.json, drawn in /out/<name>.png
#include "../lib/canvas.h"
#include "tempo.h"
#include <dirent.h>

typedef struct {
    double peak, db, pitch, cents;
    char note[16];
} Heard;

static double key_of(double hz) { return 69 + 12 * log2(hz / 440); }

static void put_note(Heard *h) {
    static const char *notes[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    strcpy(h->note, "-");
    if (h->pitch <= 0) return;
    int nearest = (int)floor(key_of(h->pitch) + 0.5);
    h->cents = 100 * (key_of(h->pitch) - nearest);
    snprintf(h->note, sizeof h->note, "%s%d", notes[((nearest % 12) + 12) % 12], nearest / 12 - 1);
}

static void loudness(const Sound *s, Heard *h) {
    double square = 0;
    for (size_t i = 0; i < s->count; i++) {
        h->peak = fmax(h->peak, fabs(s->samples[i]));
        square += s->samples[i] * s->samples[i];
    }
    h->db = square > 0 ? 10 * log10(square / s->count) : -120;
}

static void draw(const char *path, const Sound *s, const Contour *c, const Rhythm *r) {
    double seconds = (double)s->count / s->rate, low = 200, high = 0;
    for (int i = 0; i < c->count; i++)
        if (c->hz[i] > 0) low = fmin(low, key_of(c->hz[i])), high = fmax(high, key_of(c->hz[i]));
    if (high < low) low = 57, high = 69;
    Canvas canvas = canvas_new(900, 420);
    Plot pitch = {&canvas, 60, 50, 880, 250, 0, seconds, floor(low) - 2, ceil(high) + 2}, rises = {&canvas, 60, 300, 880, 380, 0, seconds, 0, 0};
    plot_axes(&pitch, "pitch", "", "half tones, 69 is A4");
    for (int i = 0; i < c->count; i++) {
        int x = (int)plot_x(&pitch, i * c->step), y = c->hz[i] > 0 ? (int)plot_y(&pitch, key_of(c->hz[i])) : -9;
        canvas_fill(&canvas, x, y - 1, x + 3, y + 2, 0x2060c0);
    }
    for (int i = 0; i < r->count; i++) rises.y1 = fmax(rises.y1, r->rise[i]);
    rises.y1 += 1e-6;
    plot_axes(&rises, "", "seconds", "rise of the level, onsets orange");
    for (int i = 0; i < r->onsets; i++) {
        int x = (int)plot_x(&rises, (double)r->onset[i] / FRAMES);
        canvas_fill(&canvas, x - 1, rises.top, x + 2, rises.bottom, 0xd08030);
    }
    for (int i = 0; i < r->count; i++) plot_line(&rises, (double)i / FRAMES, 0, (double)i / FRAMES, r->rise[i], 1, INK);
    if (write_png(path, canvas.rgb, canvas.width, canvas.height)) fail("cannot write", path);
    free(canvas.rgb);
}

static void put_json(const char *path, const Sound *s, const Heard *h, const Rhythm *r) {
    FILE *f = fopen(path, "w");
    if (!f) fail("cannot write", path);
    fprintf(f, "{\"seconds\":%.4f,\"rate\":%d,\"channels\":%d,\"pitchHz\":%.2f,\"note\":\"%s\",\"cents\":%.1f,\"tempo\":%.1f,\"rmsDb\":%.2f,\"peak\":%.4f,\"onsets\":[",
            (double)s->count / s->rate, s->rate, s->channels, h->pitch, h->note, h->cents, r->tempo, h->db, h->peak);
    for (int i = 0; i < r->onsets; i++) fprintf(f, "%s%.3f", i ? "," : "", (double)r->onset[i] / FRAMES);
    fprintf(f, "]}\n");
    if (fclose(f)) fail("cannot write", path);
}

static void listen(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    Sound s = read_wav(path);
    Contour c = contour_of(&s);
    Rhythm r = rhythm_of(&s);
    Heard h = {.pitch = pitch_of(&c)};
    loudness(&s, &h);
    put_note(&h);
    printf("%s: %.2f s, pitch %.1f Hz (%s %+.0f cents), tempo %.1f, %.1f dBFS\n", name, (double)s.count / s.rate, h.pitch, h.note, h.cents, r.tempo, h.db);
    const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    snprintf(path, sizeof path, "/out/%s.json", base);
    put_json(path, &s, &h, &r);
    snprintf(path, sizeof path, "/out/%s.png", base);
    draw(path, &s, &c, &r);
    free(s.samples), free(c.hz), free(r.rise), free(r.onset);
}

int main(int argc, char **argv) {
    int heard = 0;
    for (int i = 1; i < argc; i++, heard++) listen(argv[i]);
    DIR *dir = heard ? 0 : opendir("/in");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.') listen(e->d_name), heard++;
    if (!heard) fail("no sound below /in", "give one with --input FILE.wav");
    return 0;
}
