/** Tables for what Amazon tells of mails: the notices themselves, and what they said of each recipient of ours. */

/** `due_at` is empty once a notice is done or set aside; the id of one that is done keeps it from being taken again. */
export const noticeTables = `
  CREATE TABLE notice (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    due_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    set_aside TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX notice_due ON notice (kind, due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX notice_done ON notice (arrived_at) WHERE due_at IS NULL;
  CREATE INDEX notice_aside ON notice (arrived_at) WHERE set_aside IS NOT NULL;

  CREATE TABLE part_delivery (
    part INTEGER NOT NULL REFERENCES part ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    state INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (part, recipient)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX part_provider ON part (provider_message_id) WHERE provider_message_id IS NOT NULL;`;
