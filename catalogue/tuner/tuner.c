// Listens to WAV files (PCM 16 bit, any rate and number of channels): pitch, note, tempo, loudness.
//   tuner [FILE below /in]...        one line a file; details in /out/<name>.json
// Pitch: YIN (de Cheveigne and Kawahara 2002), median over frames. Tempo: autocorrelation of onsets.
#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double *samples; // one channel, -1 to 1
    size_t count;
    int rate, channels;
} Sound;

static void fail(const char *what, const char *value) {
    fprintf(stderr, "tuner: %s: %s\n", what, value);
    exit(2);
}

static uint32_t le(const uint8_t *p, int n) {
    uint32_t v = 0;
    for (int i = n - 1; i >= 0; i--) v = v << 8 | p[i];
    return v;
}

static Sound read_wav(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail("cannot read", path);
    uint8_t head[12], chunk[8], format[16];
    if (fread(head, 1, 12, f) != 12 || memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4)) fail("not a WAV file", path);
    Sound s = {0};
    int bits = 0;
    while (fread(chunk, 1, 8, f) == 8) {
        uint32_t size = le(chunk + 4, 4);
        if (!memcmp(chunk, "fmt ", 4)) {
            if (size < 16 || fread(format, 1, 16, f) != 16) fail("bad format chunk", path);
            s.channels = le(format + 2, 2), s.rate = le(format + 4, 4), bits = le(format + 14, 2);
            if (le(format, 2) != 1 || bits != 16 || s.channels < 1 || s.channels > 16 || s.rate < 4000) fail("only PCM of 16 bits", path);
            fseek(f, size - 16 + (size & 1), SEEK_CUR);
        } else if (!memcmp(chunk, "data", 4)) {
            if (!s.rate) fail("data before format", path);
            size_t frame = 2 * s.channels;
            uint8_t *raw = malloc(size ? size : 1);
            if (!raw) fail("too large", path);
            s.count = fread(raw, 1, size, f) / frame;
            s.samples = malloc((s.count + 1) * sizeof *s.samples);
            if (!s.samples) fail("too large", path);
            for (size_t i = 0; i < s.count; i++) {
                double sum = 0;
                for (int c = 0; c < s.channels; c++) sum += (int16_t)le(raw + i * frame + 2 * c, 2);
                s.samples[i] = sum / s.channels / 32768;
            }
            free(raw);
            break;
        } else fseek(f, size + (size & 1), SEEK_CUR);
    }
    fclose(f);
    if (!s.samples || !s.count) fail("no sound in", path);
    return s;
}

// Pitch of one frame in Hz, or 0 where there is none.
static double yin(const double *x, size_t frame, int rate) {
    size_t most = frame / 2, least = rate / 2000;
    double *d = malloc(most * sizeof *d), sum = 0, energy = 0;
    if (!d) abort();
    for (size_t i = 0; i < frame; i++) energy += x[i] * x[i];
    if (energy / frame < 1e-6) return free(d), 0;
    d[0] = 1;
    for (size_t lag = 1; lag < most; lag++) {
        double difference = 0;
        for (size_t i = 0; i < most; i++) {
            double e = x[i] - x[i + lag];
            difference += e * e;
        }
        sum += difference;
        d[lag] = sum > 0 ? difference * lag / sum : 1;
    }
    size_t best = 0;
    for (size_t lag = least < 2 ? 2 : least; lag + 1 < most; lag++)
        if (d[lag] < 0.15) {
            while (lag + 1 < most && d[lag + 1] < d[lag]) lag++;
            best = lag;
            break;
        }
    double pitch = 0;
    if (best && best + 1 < most) {
        double a = d[best - 1], b = d[best], c = d[best + 1], bend = a - 2 * b + c;
        pitch = rate / (best + (bend != 0 ? 0.5 * (a - c) / bend : 0));
    }
    free(d);
    return pitch;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double pitch_of(const Sound *s) {
    size_t frame = 2048, step = 1024, n = 0;
    double *found = malloc((s->count / step + 1) * sizeof *found);
    if (!found) abort();
    for (size_t at = 0; at + frame <= s->count; at += step) {
        double p = yin(s->samples + at, frame, s->rate);
        if (p > 0) found[n++] = p;
    }
    qsort(found, n, sizeof *found, by_value);
    double median = n ? found[n / 2] : 0;
    free(found);
    return median;
}

// Beats a minute between 50 and 200, or 0: peak of the autocorrelation of energy rises.
static double tempo_of(const Sound *s) {
    size_t hop = s->rate / 100, n = s->count / hop;
    if (n < 400) return 0;
    double *rise = calloc(n, sizeof *rise), last = 0, mean = 0;
    if (!rise) abort();
    for (size_t i = 0; i < n; i++) {
        double energy = 0;
        for (size_t k = 0; k < hop; k++) energy += s->samples[i * hop + k] * s->samples[i * hop + k];
        double level = log(1 + 1000 * energy / hop);
        rise[i] = i && level > last ? level - last : 0;
        last = level;
        mean += rise[i] / n;
    }
    double best = 0, zero = 0;
    size_t beat = 0;
    for (size_t i = 0; i < n; i++) zero += (rise[i] - mean) * (rise[i] - mean);
    for (size_t lag = 30; lag <= 120; lag++) {
        double sum = 0;
        for (size_t i = 0; i + lag < n; i++) sum += (rise[i] - mean) * (rise[i + lag] - mean);
        sum /= n - lag;
        if (sum > best * 1.02) best = sum, beat = lag;
    }
    free(rise);
    return beat && best * n > 0.15 * zero ? 6000.0 / beat : 0;
}

static void listen(const char *name) {
    static const char *notes[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    char path[512], note[16] = "-";
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    Sound s = read_wav(path);
    double peak = 0, square = 0;
    for (size_t i = 0; i < s.count; i++) {
        double a = fabs(s.samples[i]);
        if (a > peak) peak = a;
        square += a * a;
    }
    double rms = sqrt(square / s.count), pitch = pitch_of(&s), tempo = tempo_of(&s), cents = 0;
    double db = rms > 0 ? 20 * log10(rms) : -120;
    if (pitch > 0) {
        double key = 69 + 12 * log2(pitch / 440);
        int nearest = (int)floor(key + 0.5);
        cents = 100 * (key - nearest);
        snprintf(note, sizeof note, "%s%d", notes[((nearest % 12) + 12) % 12], nearest / 12 - 1);
    }
    printf("%s: %.2f s, pitch %.1f Hz (%s %+.0f cents), tempo %.0f, %.1f dBFS\n", name, (double)s.count / s.rate, pitch, note, cents,
           tempo, db);
    const char *base = strrchr(name, '/');
    snprintf(path, sizeof path, "/out/%s.json", base ? base + 1 : name);
    FILE *f = fopen(path, "w");
    if (!f) fail("cannot write", path);
    fprintf(f, "{\"seconds\":%.4f,\"rate\":%d,\"channels\":%d,\"pitchHz\":%.2f,\"note\":\"%s\",\"cents\":%.1f,\"tempo\":%.1f,\"rmsDb\":%.2f,\"peak\":%.4f}\n",
            (double)s.count / s.rate, s.rate, s.channels, pitch, note, cents, tempo, db, peak);
    if (fclose(f)) fail("cannot write", path);
    free(s.samples);
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
