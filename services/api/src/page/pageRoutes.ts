import { readFileSync } from 'node:fs'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RouteDeps } from '../deps.ts'

const STYLES = ['page.css', 'jobs.css']
const SCRIPTS = ['page.js', 'jobs.js', 'results.js', 'elements.js', 'language.js']
const FILES = [
  { path: '/', file: 'index.html', type: 'text/html' },
  ...STYLES.map((file) => ({ path: `/${file}`, file, type: 'text/css' })),
  ...SCRIPTS.map((file) => ({ path: `/${file}`, file, type: 'text/javascript' })),
]

/** The status page: plain files, read once, under a policy that lets them talk to nobody else. */
export function addPageRoutes(app: OpenAPIHono, { config }: RouteDeps): void {
  const policy = contentPolicy(new URL(config.storageUrl).origin)
  for (const { path, file, type } of FILES) {
    const bytes = readFileSync(new URL(`../../page/${file}`, import.meta.url))
    app.get(path, (c) =>
      c.body(bytes, 200, {
        'content-type': `${type}; charset=utf-8`,
        'content-security-policy': policy,
        'cache-control': 'no-cache',
      }),
    )
  }
}

/** Own files, own API, and results from the storage gateway; pictures are made in the page. */
function contentPolicy(storageOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    `connect-src 'self' ${storageOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
