/** Tables of the folder store's index; every blob owns its rows, so deleting one never harms another. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS blob(
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  codec INTEGER NOT NULL,
  size INTEGER NOT NULL,
  bytes BLOB,               -- small blobs; large ones are files
  client TEXT NOT NULL,     -- whose quota it counts to
  damaged INTEGER NOT NULL DEFAULT 0,
  UNIQUE(digest, codec));
CREATE TABLE IF NOT EXISTS node(
  digest BLOB NOT NULL,
  blob INTEGER NOT NULL REFERENCES blob(id) ON DELETE CASCADE,
  bytes BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS node_digest ON node(digest);
CREATE INDEX IF NOT EXISTS node_blob ON node(blob);
CREATE TABLE IF NOT EXISTS leaf(
  digest BLOB NOT NULL,
  blob INTEGER NOT NULL REFERENCES blob(id) ON DELETE CASCADE,
  off INTEGER NOT NULL,
  len INTEGER NOT NULL,
  PRIMARY KEY(digest, blob)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS leaf_blob ON leaf(blob);
CREATE TABLE IF NOT EXISTS pin(
  blob INTEGER NOT NULL REFERENCES blob(id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  expires_sec INTEGER,      -- null: for ever
  PRIMARY KEY(blob, tag)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pin_expires ON pin(expires_sec) WHERE expires_sec IS NOT NULL;
CREATE TABLE IF NOT EXISTS usage(client TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS blob_added AFTER INSERT ON blob BEGIN
  INSERT INTO usage VALUES (new.client, new.size)
  ON CONFLICT(client) DO UPDATE SET bytes = bytes + new.size;
END;
CREATE TRIGGER IF NOT EXISTS blob_removed AFTER DELETE ON blob BEGIN
  UPDATE usage SET bytes = bytes - old.size WHERE client = old.client;
END;
PRAGMA user_version = 1;
`
