import { DatabaseSync } from 'node:sqlite'
import type { CID } from 'multiformats/cid'
import { StorageInUseError } from '../errors.ts'
import { SCHEMA } from './schema.ts'

/** A blob as the index knows it; `bytes` only of small ones. */
export type BlobRow = {
  id: number
  digest: Uint8Array
  codec: number
  size: number
  bytes: Uint8Array | null
  damaged: number
}

export type ExpiredRow = Pick<BlobRow, 'id' | 'digest' | 'codec' | 'size'>

/** Where a leaf lies inside a blob's file. */
export type LeafPlace = {
  blob: number
  digest: Uint8Array
  codec: number
  off: number
  len: number
}

export type NewBlob = {
  cid: CID
  sizeBytes: number
  bytes: Uint8Array | undefined
  client: string
  leaves: readonly { cid: CID; offset: number; length: number }[]
  nodes: readonly { cid: CID; bytes: Uint8Array }[]
}

export type BlobIndex = ReturnType<typeof openBlobIndex>

/**
 * The index of a folder store: which blobs there are, where their blocks lie, who pins them. All
 * calls are synchronous; writes belong inside {@link createCommitQueue}.
 *
 * @throws {StorageInUseError} `STORAGE_IN_USE`
 */
export function openBlobIndex(file: string, dir: string) {
  const db = open(file, dir)
  const sql = {
    blob: db.prepare(
      'SELECT id, digest, codec, size, bytes, damaged FROM blob WHERE digest = ? AND codec = ?',
    ),
    known: db.prepare('SELECT id, damaged FROM blob WHERE digest = ? AND codec = ?'),
    nodes: db.prepare('SELECT blob, bytes FROM node WHERE digest = ?'),
    leaves: db.prepare(`SELECT l.blob, b.digest, b.codec, l.off, l.len FROM leaf l
      JOIN blob b ON b.id = l.blob WHERE l.digest = ? ORDER BY b.damaged`),
    addBlob: db.prepare(
      'INSERT INTO blob(digest, codec, size, bytes, client) VALUES (?, ?, ?, ?, ?) RETURNING id',
    ),
    heal: db.prepare('UPDATE blob SET damaged = 0, bytes = ? WHERE id = ?'),
    addNode: db.prepare('INSERT INTO node(digest, blob, bytes) VALUES (?, ?, ?)'),
    dropNodes: db.prepare('DELETE FROM node WHERE blob = ?'),
    addLeaf: db.prepare('INSERT OR IGNORE INTO leaf(digest, blob, off, len) VALUES (?, ?, ?, ?)'),
    damage: db.prepare('UPDATE blob SET damaged = 1 WHERE id = ?'),
    pin: db.prepare(`INSERT INTO pin VALUES (?, ?, ?) ON CONFLICT(blob, tag)
      DO UPDATE SET expires_sec = excluded.expires_sec WHERE expires_sec IS NOT NULL
        AND (excluded.expires_sec IS NULL OR excluded.expires_sec > expires_sec)`),
    // Not deleted: an expired pin is how the next collection finds the blob.
    unpin: db.prepare('UPDATE pin SET expires_sec = 0 WHERE blob = ? AND tag = ?'),
    expired: db.prepare(`SELECT DISTINCT b.id, b.digest, b.codec, b.size FROM pin p
      JOIN blob b ON b.id = p.blob WHERE p.expires_sec <= ? AND b.id > ? ORDER BY b.id LIMIT ?`),
    expire: db.prepare('DELETE FROM pin WHERE blob = ? AND expires_sec <= ?'),
    isPinned: db.prepare('SELECT 1 FROM pin WHERE blob = ?'),
    remove: db.prepare('DELETE FROM blob WHERE id = ?'),
    used: db.prepare('SELECT coalesce(sum(bytes), 0) AS bytes FROM usage'),
    usedBy: db.prepare('SELECT bytes FROM usage WHERE client = ?'),
    count: db.prepare('SELECT count(*) AS blobs FROM blob'),
  }
  const find = (cid: CID): BlobRow | undefined =>
    sql.blob.get(cid.multihash.digest, cid.code) as BlobRow | undefined

  return {
    db,
    find,
    /** Less work than {@link find}: leaves the bytes where they are. */
    findId: (cid: CID) =>
      sql.known.get(cid.multihash.digest, cid.code) as { id: number; damaged: number } | undefined,
    nodesOf: (cid: CID) =>
      sql.nodes.all(cid.multihash.digest) as { blob: number; bytes: Uint8Array }[],
    leavesOf: (cid: CID) => sql.leaves.all(cid.multihash.digest) as LeafPlace[],
    /** Adds a blob, or makes a known one whole again. */
    add: (blob: NewBlob): number => {
      const { cid, sizeBytes, client, leaves, nodes } = blob
      const bytes = blob.bytes ?? null
      const known = find(cid)
      if (known !== undefined && isSame(known, bytes)) return known.id
      if (known !== undefined) sql.heal.run(bytes, known.id)
      const id =
        known?.id ??
        numberIn(sql.addBlob.get(cid.multihash.digest, cid.code, sizeBytes, bytes, client))
      if (known !== undefined) sql.dropNodes.run(id)
      for (const leaf of leaves)
        sql.addLeaf.run(leaf.cid.multihash.digest, id, leaf.offset, leaf.length)
      for (const node of nodes) sql.addNode.run(node.cid.multihash.digest, id, node.bytes)
      return id
    },
    markDamaged: (id: number) => void sql.damage.run(id),
    pin: (id: number, tag: string, expiresSec: number | undefined) =>
      void sql.pin.run(id, tag, expiresSec ?? null),
    unpin: (id: number, tag: string) => void sql.unpin.run(id, tag),
    /** Blobs with a pin that has ended, a page at a time. */
    expired: (nowSec: number, afterId: number, limit: number) =>
      sql.expired.all(nowSec, afterId, limit) as ExpiredRow[],
    /** Drops the pins that have ended; true when none is left. */
    expirePins: (id: number, nowSec: number): boolean => {
      sql.expire.run(id, nowSec)
      return sql.isPinned.get(id) === undefined
    },
    remove: (id: number) => void sql.remove.run(id),
    usedBytes: () => numberIn(sql.used.get()),
    usedBytesBy: (client: string) => numberIn(sql.usedBy.get(client)),
    countBlobs: () => numberIn(sql.count.get()),
    close: () => db.close(),
  }
}

/** The only column of a row, a number; 0 when there is no row. */
function numberIn(row: Record<string, unknown> | undefined): number {
  return Number(Object.values(row ?? {})[0] ?? 0)
}

/** Nothing to write for a small blob that is there and whole. */
function isSame(known: BlobRow, bytes: Uint8Array | null): boolean {
  if (known.damaged !== 0 || known.bytes === null || bytes === null) return false
  return Buffer.compare(known.bytes, bytes) === 0
}

function open(file: string, dir: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 2000 })
  try {
    // FULL: a commit is on the disk when it returns. EXCLUSIVE: one process a folder, and a kill frees it.
    db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;`)
    db.exec(SCHEMA)
    return db
  } catch (error) {
    db.close()
    if (/locked|busy/i.test((error as Error).message)) throw new StorageInUseError({ dir })
    throw error
  }
}
