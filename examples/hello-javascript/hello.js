// Letters of /in/text.txt by frequency: plain JavaScript, run by QuickJS inside the sandbox.
const counts = {}
for (const letter of readText('/in/text.txt').toLowerCase()) {
  if (letter >= 'a' && letter <= 'z') counts[letter] = (counts[letter] ?? 0) + 1
}
const sorted = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
for (const [letter, count] of sorted.slice(0, Number(args[0] ?? 5))) print(letter, count)
writeFile('/out/letters.json', JSON.stringify(Object.fromEntries(sorted)))
