#include <stdio.h>

// Counts the words of /in/text.txt and greets the first argument.
int main(int argc, char **argv) {
    FILE *text = fopen("/in/text.txt", "r");
    if (!text) {
        fprintf(stderr, "hello: give a text with --input text.txt\n");
        return 2;
    }
    char word[256];
    long words = 0;
    while (fscanf(text, "%255s", word) == 1) words++;
    fclose(text);
    printf("Hello %s, your text has %ld words.\n", argc > 1 ? argv[1] : "world", words);

    FILE *out = fopen("/out/words.txt", "w");
    if (!out) return 1;
    fprintf(out, "%ld\n", words);
    return fclose(out) ? 1 : 0;
}
