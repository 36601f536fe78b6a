// Reads web server logs (Common or Combined Log Format, with an optional last field of milliseconds)
// and tells what happened: requests by status, hour and path, bytes, visitors, latency percentiles.
//   loglens [--top N] [FILE below /in]...        report on stdout, /out/report.json
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Entry {
    struct Entry *next;
    uint64_t hits, bytes, errors;
    char key[];
} Entry;

#define BUCKETS 65536
typedef struct {
    Entry *slots[BUCKETS];
    size_t count;
} Table;

static Entry *find(Table *t, const char *key, size_t length) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < length; i++) h = (h ^ (uint8_t)key[i]) * 16777619u;
    Entry **slot = &t->slots[h % BUCKETS];
    for (Entry *e = *slot; e; e = e->next)
        if (!strncmp(e->key, key, length) && !e->key[length]) return e;
    Entry *e = calloc(1, sizeof *e + length + 1);
    if (!e) abort();
    memcpy(e->key, key, length);
    e->next = *slot;
    *slot = e;
    t->count++;
    return e;
}

static int by_hits(const void *a, const void *b) {
    const Entry *x = *(Entry *const *)a, *y = *(Entry *const *)b;
    if (x->hits != y->hits) return x->hits < y->hits ? 1 : -1;
    return strcmp(x->key, y->key);
}

static Entry **sorted(const Table *t) {
    Entry **all = malloc((t->count + 1) * sizeof *all);
    if (!all) abort();
    size_t n = 0;
    for (int i = 0; i < BUCKETS; i++)
        for (Entry *e = t->slots[i]; e; e = e->next) all[n++] = e;
    qsort(all, n, sizeof *all, by_hits);
    return all;
}

static Table paths, visitors;
static uint64_t lines, bad, bytes, by_status[600], by_hour[24];
static uint32_t *times;
static size_t timed, room;

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void keep_time(uint32_t ms) {
    if (timed == room) times = realloc(times, (room = room ? room * 2 : 4096) * sizeof *times);
    if (!times) abort();
    times[timed++] = ms;
}

static int read_line(char *line) {
    char *space = strchr(line, ' '), *open = strchr(line, '['), *quote;
    if (!space || !open || !(quote = strstr(open, "] \""))) return 0;
    int hour;
    if (sscanf(open, "[%*d/%*3[A-Za-z]/%*d:%d:", &hour) != 1 || hour < 0 || hour > 23) return 0;
    char *method = quote + 3, *end = strchr(method, '"'), *path = strchr(method, ' ');
    int status;
    long long size = 0;
    if (!end || !path || path > end || sscanf(end + 1, " %d %lld", &status, &size) < 1 || status < 100 || status > 599) return 0;
    path++;
    size_t length = strcspn(path, " ?\"");
    Entry *p = find(&paths, path, length), *v = find(&visitors, line, space - line);
    p->hits++, p->bytes += size, p->errors += status >= 400;
    v->hits++;
    by_status[status]++, by_hour[hour]++;
    bytes += size;
    char *tail = strrchr(line, ' ');
    unsigned ms;
    char rest;
    if (strchr(end + 1, '"') && tail && sscanf(tail, " %u%c", &ms, &rest) == 1) keep_time(ms);
    return 1;
}

static void read_log(const char *name) {
    char path[512], line[8192];
    snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : "/in/", name);
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "loglens: cannot read %s\n", path);
        exit(2);
    }
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = 0;
        if (!line[0]) continue;
        lines++;
        if (!read_line(line)) bad++;
    }
    fclose(f);
}

static void put_json_text(FILE *f, const char *s) {
    fputc('"', f);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') fputc('\\', f);
        if ((uint8_t)*s < 32) fprintf(f, "\\u%04x", *s);
        else fputc(*s, f);
    }
    fputc('"', f);
}

static void report(size_t top) {
    Entry **p = sorted(&paths), **v = sorted(&visitors);
    qsort(times, timed, sizeof *times, by_value);
    FILE *f = fopen("/out/report.json", "w");
    if (!f) exit(1);
    printf("%llu lines, %llu not understood, %zu visitors, %zu paths, %llu bytes\n", (unsigned long long)lines,
           (unsigned long long)bad, visitors.count, paths.count, (unsigned long long)bytes);
    fprintf(f, "{\"lines\":%llu,\"bad\":%llu,\"visitors\":%zu,\"bytes\":%llu,\"status\":{", (unsigned long long)lines,
            (unsigned long long)bad, visitors.count, (unsigned long long)bytes);
    const char *comma = "";
    for (int s = 100; s < 600; s++)
        if (by_status[s]) {
            printf("  status %d: %llu\n", s, (unsigned long long)by_status[s]);
            fprintf(f, "%s\"%d\":%llu", comma, s, (unsigned long long)by_status[s]);
            comma = ",";
        }
    fprintf(f, "},\"hours\":[");
    for (int h = 0; h < 24; h++) fprintf(f, "%s%llu", h ? "," : "", (unsigned long long)by_hour[h]);
    fprintf(f, "],\"paths\":[");
    printf("%10s %8s %14s  path\n", "hits", "errors", "bytes");
    for (size_t i = 0; i < top && i < paths.count; i++) {
        printf("%10llu %8llu %14llu  %s\n", (unsigned long long)p[i]->hits, (unsigned long long)p[i]->errors,
               (unsigned long long)p[i]->bytes, p[i]->key);
        fprintf(f, "%s{\"path\":", i ? "," : "");
        put_json_text(f, p[i]->key);
        fprintf(f, ",\"hits\":%llu,\"errors\":%llu,\"bytes\":%llu}", (unsigned long long)p[i]->hits,
                (unsigned long long)p[i]->errors, (unsigned long long)p[i]->bytes);
    }
    fprintf(f, "],\"busiest\":[");
    for (size_t i = 0; i < top && i < visitors.count; i++) {
        fprintf(f, "%s{\"visitor\":", i ? "," : "");
        put_json_text(f, v[i]->key);
        fprintf(f, ",\"hits\":%llu}", (unsigned long long)v[i]->hits);
    }
    fprintf(f, "]");
    if (timed) {
        uint32_t p50 = times[timed / 2], p95 = times[timed * 95 / 100], p99 = times[timed * 99 / 100];
        printf("latency ms: p50 %u, p95 %u, p99 %u, max %u\n", p50, p95, p99, times[timed - 1]);
        fprintf(f, ",\"latencyMs\":{\"p50\":%u,\"p95\":%u,\"p99\":%u,\"max\":%u}", p50, p95, p99, times[timed - 1]);
    }
    fprintf(f, "}\n");
    if (fclose(f)) exit(1);
}

int main(int argc, char **argv) {
    int i = 1, read = 0;
    size_t top = 10;
    if (i + 1 < argc && !strcmp(argv[i], "--top")) {
        int n = atoi(argv[i + 1]);
        if (n < 1 || n > 100000) {
            fprintf(stderr, "loglens: --top must be 1 to 100000\n");
            return 2;
        }
        top = n, i += 2;
    }
    for (; i < argc; i++, read++) read_log(argv[i]);
    DIR *dir = read ? 0 : opendir("/in");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.') read_log(e->d_name), read++;
    if (!read) {
        fprintf(stderr, "loglens: no log below /in; give one with --input FILE\n");
        return 2;
    }
    report(top);
    return 0;
}
