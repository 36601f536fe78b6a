// Compares every package.json with the layer table: the manifests are the architecture,
// and Biome's noUndeclaredDependencies holds the code to the manifests.
import { existsSync, readFileSync } from 'node:fs'
import { DIR, MAY_IMPORT } from './layers.ts'

let bad = 0
for (const [name, dir] of Object.entries(DIR)) {
  const path = `${dir}/${name}/package.json`
  if (!existsSync(path)) {
    console.error(`${path}: in the layer table but not on disk`)
    bad++
    continue
  }
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: object }
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const [, imported] = /^@millrace\/(.+)$/.exec(dependency) ?? []
    if (imported === undefined || MAY_IMPORT[name]?.includes(imported)) continue
    console.error(`${path}: ${name} may not import ${imported} (scripts/layers.ts)`)
    bad++
  }
}
process.exitCode = bad > 0 ? 1 : 0
