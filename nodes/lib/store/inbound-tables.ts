/** Tables for received mails until the flows have them, and for the keys by which their sources know them. */

/**
 * A mail is `begun` while it is read and told to the flows, and `aside` when that is given up. A small one lies in its
 * row, so that the commit that makes its facts safe makes it safe, too; a larger one lies in the spool.
 */
export const inboundTables = `
  CREATE TABLE inbound (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'begun', 'aside')),
    size INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    acted INTEGER NOT NULL DEFAULT 0,
    aside_at INTEGER,
    why TEXT,
    facts TEXT NOT NULL,
    bytes BLOB
  ) STRICT;
  CREATE INDEX inbound_waiting ON inbound (key) WHERE state = 'waiting';
  CREATE INDEX inbound_unacted ON inbound (key) WHERE state = 'waiting' AND acted = 0;
  CREATE INDEX inbound_begun ON inbound (state) WHERE state = 'begun';
  CREATE INDEX inbound_aside ON inbound (aside_at) WHERE state = 'aside';

  CREATE TABLE inbound_key (
    source TEXT NOT NULL,
    source_key TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (source, source_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX inbound_key_age ON inbound_key (at);

  CREATE INDEX part_message_id ON part (message_id);`;
