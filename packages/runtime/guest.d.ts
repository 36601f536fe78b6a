// Global functions of a JavaScript or TypeScript program in Millrace. Put this file beside your source
// for your editor. Everything is synchronous; `await` works at the top level; `import` does not.

/** Arguments of the task. */
declare const args: readonly string[]
/** Content of a file: `/in/...` is what the task was given. */
declare function readFile(path: string): Uint8Array
/** Content of a file as UTF-8 text. */
declare function readText(path: string): string
/** Writes a file below `/out` (the result) or `/tmp`; makes directories on the way. */
declare function writeFile(path: string, data: string | ArrayBuffer | ArrayBufferView): void
/** Files below a directory, in all its directories, sorted, relative to it. `/in` by default. */
declare function listFiles(path?: string): string[]
/** Writes values and a line end to stdout, which is part of the result. */
declare function print(...values: unknown[]): void
/** `log` writes to stdout as `print` does; `warn` and `error` write to stderr, for people only. */
declare const console: Record<
  'log' | 'info' | 'debug' | 'warn' | 'error',
  (...values: unknown[]) => void
>
/** Ends the program. */
declare function exit(code?: number): never
