/** Table for webhooks until they are delivered, or for as long as a dead one is kept. */

/**
 * `due_at` is empty while it waits behind another of its subject, and once it is dead. What waits and what is dead is
 * counted by triggers, in a row that is there before the first, so that a count costs the same however many there are.
 */
export const webhookTables = `
  CREATE TABLE webhook (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    subject TEXT,
    type TEXT NOT NULL,
    origin TEXT NOT NULL,
    url TEXT,
    auth_id TEXT,
    accepted_at INTEGER NOT NULL,
    since INTEGER NOT NULL,
    due_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    dead_at INTEGER,
    code TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    message TEXT,
    person BLOB,
    spelling BLOB,
    UNIQUE (endpoint, id)
  ) STRICT;
  CREATE INDEX webhook_due ON webhook (endpoint, origin, due_at, accepted_at) WHERE due_at IS NOT NULL;
  CREATE INDEX webhook_age ON webhook (endpoint, accepted_at) WHERE dead_at IS NULL;
  CREATE INDEX webhook_subject ON webhook (endpoint, subject) WHERE subject IS NOT NULL AND dead_at IS NULL;
  CREATE INDEX webhook_dead ON webhook (endpoint, dead_at) WHERE dead_at IS NOT NULL;
  CREATE INDEX webhook_person ON webhook (person) WHERE person IS NOT NULL;

  CREATE TABLE webhook_tally (
    endpoint TEXT PRIMARY KEY,
    waiting INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER webhook_added AFTER INSERT ON webhook BEGIN
    UPDATE webhook_tally SET waiting = waiting + 1 WHERE endpoint = NEW.endpoint;
  END;
  CREATE TRIGGER webhook_removed AFTER DELETE ON webhook BEGIN
    UPDATE webhook_tally SET waiting = waiting - (OLD.dead_at IS NULL), dead = dead - (OLD.dead_at IS NOT NULL)
      WHERE endpoint = OLD.endpoint;
  END;
  CREATE TRIGGER webhook_moved AFTER UPDATE OF dead_at ON webhook
    WHEN (OLD.dead_at IS NULL) <> (NEW.dead_at IS NULL)
  BEGIN
    UPDATE webhook_tally SET
      waiting = waiting + (NEW.dead_at IS NULL) - (OLD.dead_at IS NULL),
      dead = dead + (NEW.dead_at IS NOT NULL) - (OLD.dead_at IS NOT NULL)
      WHERE endpoint = NEW.endpoint;
  END;`;
