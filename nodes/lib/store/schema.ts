/** The tables of an app's file, as numbered steps that only go forward. */
import { inboundTables } from './inbound-tables.ts';
import { inboundTally } from './inbound-tally.ts';
import { logTables } from './log-tables.ts';
import { mailingTables } from './mailing-tables.ts';
import { noticeTables } from './notice-tables.ts';
import { rowColumns } from './row-columns.ts';
import { tallyTables } from './tally-operations.ts';
import { webhookTables } from './webhook-tables.ts';

/** `EMAP`, in the file's header: tells our files from any other SQLite database. */
export const applicationId = 0x454d4150;

/** In each row the long column is the last: what stands after one is read through all of it. */
const outboxTables = `
  CREATE TABLE request (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    node TEXT NOT NULL,
    reports INTEGER NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_class TEXT NOT NULL,
    list_topic TEXT,
    callback_data TEXT,
    accepted_at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    expires_at INTEGER,
    part_count INTEGER NOT NULL,
    idempotency_key TEXT,
    fingerprint TEXT,
    message TEXT
  ) STRICT;
  CREATE INDEX request_age ON request (accepted_at);
  CREATE UNIQUE INDEX request_idempotency ON request (idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX request_keyed ON request (accepted_at) WHERE idempotency_key IS NOT NULL;

  CREATE TABLE content (
    request INTEGER PRIMARY KEY REFERENCES request ON DELETE CASCADE,
    spool TEXT,
    bytes BLOB
  ) STRICT;
  CREATE INDEX content_spool ON content (spool) WHERE spool IS NOT NULL;

  CREATE TABLE part (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,
    position INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'queued', 'sending',
      'sent', 'failed', 'suppressed', 'expired', 'cancelled', 'unknown')),
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    paused_by TEXT,
    owed_to TEXT,
    recipient TEXT NOT NULL,
    recipients TEXT NOT NULL,
    riders TEXT NOT NULL,
    own_subject TEXT,
    correlation_id TEXT,
    message_id TEXT NOT NULL,
    provider_message_id TEXT,
    partly_taken INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    refused TEXT NOT NULL DEFAULT '[]',
    settled_at INTEGER,
    "values" TEXT NOT NULL,
    UNIQUE (request, position)
  ) STRICT;
  CREATE INDEX part_due ON part (priority, due_at) WHERE state = 'queued';
  CREATE INDEX part_held ON part (request, position) WHERE state = 'held';
  CREATE INDEX part_sending ON part (state) WHERE state = 'sending';
  CREATE INDEX part_paused ON part (paused_by) WHERE paused_by IS NOT NULL;
  CREATE INDEX part_owed ON part (owed_to, settled_at) WHERE owed_to IS NOT NULL AND settled_at IS NOT NULL;

  CREATE TABLE domain_pause (
    domain TEXT PRIMARY KEY,
    until INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE note (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;`;

/** Counting a million rows takes a tenth of a second, and the counts are asked for every second and by every accept. */
const tally = `
  CREATE TABLE tally (
    held INTEGER NOT NULL,
    queued INTEGER NOT NULL,
    sending INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    due INTEGER NOT NULL,
    due_until INTEGER NOT NULL
  ) STRICT;
  INSERT INTO tally VALUES (0, 0, 0, 0, 0, 0);
  CREATE TRIGGER part_added AFTER INSERT ON part BEGIN ${count('NEW', '+')} END;
  CREATE TRIGGER part_removed AFTER DELETE ON part BEGIN ${count('OLD', '-')} END;
  CREATE TRIGGER part_moved AFTER UPDATE OF state, due_at ON part BEGIN ${count('OLD', '-')} ${count('NEW', '+')} END;`;

/** `due` are the queued parts with a due time up to `due_until`; see outbox-counts. */
function count(row: 'NEW' | 'OLD', sign: '+' | '-'): string {
  const states = ['held', 'queued', 'sending', 'unknown'].map(
    (state) => `${state} = ${state} ${sign} (${row}.state = '${state}')`,
  );
  const due = `due = due ${sign} (${row}.state = 'queued' AND ${row}.due_at <= due_until)`;
  return `UPDATE tally SET ${[...states, due].join(', ')};`;
}

/**
 * Looked up by a keyed hash of the address, so an erased person is still held: `person` is that of the spelling which all
 * spellings of the mailbox share, `spelling` that of the entry's own if it is another, and empty otherwise. An erased entry
 * has no address, that of a domain only `@`. An entry is its own event in the history
 * as long as it stands; when it goes it becomes a row of `suppression_event`, to which rows are only ever added.
 */
const suppressionTables = `
  CREATE TABLE suppression (
    person BLOB NOT NULL,
    spelling BLOB NOT NULL,
    topic TEXT NOT NULL,
    cause TEXT NOT NULL,
    method TEXT NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER,
    address TEXT,
    email_id TEXT,
    ip TEXT,
    user_agent TEXT,
    detail TEXT,
    PRIMARY KEY (person, spelling, topic, cause)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX suppression_expiry ON suppression (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX suppression_evidence ON suppression (at) WHERE ip IS NOT NULL OR user_agent IS NOT NULL;

  CREATE TABLE suppression_event (
    key INTEGER PRIMARY KEY,
    person BLOB NOT NULL,
    spelling BLOB NOT NULL,
    action TEXT NOT NULL,
    topic TEXT NOT NULL,
    cause TEXT,
    method TEXT NOT NULL,
    at INTEGER NOT NULL,
    email_id TEXT,
    ip TEXT,
    user_agent TEXT,
    detail TEXT
  ) STRICT;
  CREATE INDEX suppression_event_person ON suppression_event (person);
  CREATE INDEX suppression_event_evidence ON suppression_event (at) WHERE ip IS NOT NULL OR user_agent IS NOT NULL;

  CREATE TABLE suppression_state (
    entries INTEGER NOT NULL,
    generation TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    some_erased INTEGER NOT NULL
  ) STRICT;
  INSERT INTO suppression_state VALUES (0, '', '', 0);`;

/**
 * An event about a copy (`request`, `position`) says no more than what the outbox does not: the rest is read from there.
 * A request's key is never given twice, so nobody else's mail is ever found. `person` and `spelling` are those of the
 * recipient, as in `suppression`: by them an event loses who it was about. Triggers write those about copies, for each copy
 * makes two. An unknown fate may still become another, and the copy will tell of that one then, so it is told here.
 */
const eventTables = `
  CREATE TABLE event (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    request INTEGER,
    position INTEGER,
    key TEXT,
    person BLOB,
    spelling BLOB,
    fact TEXT
  ) STRICT;
  CREATE INDEX event_person ON event (person) WHERE person IS NOT NULL;
  CREATE UNIQUE INDEX event_key ON event (key) WHERE key IS NOT NULL;

  CREATE TRIGGER part_queued AFTER INSERT ON part BEGIN
    INSERT INTO event (at, type, request, position)
      SELECT accepted_at, 'email.queued', key, NEW.position FROM request WHERE key = NEW.request;
  END;
  CREATE TRIGGER part_settled AFTER UPDATE OF settled_at ON part WHEN NEW.settled_at IS NOT NULL BEGIN
    INSERT INTO event (at, type, request, position, fact) VALUES (
      NEW.settled_at,
      CASE WHEN NEW.state IN ('cancelled', 'unknown') THEN 'email.failed' ELSE 'email.' || NEW.state END,
      NEW.request,
      NEW.position,
      CASE WHEN NEW.state = 'unknown'
        THEN json_object('code', NEW.code, 'detail', json_object('reason', NEW.reason)) END
    );
  END;

  CREATE TABLE event_reader (
    reader TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE soft_bounce (
    person BLOB NOT NULL,
    mail TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (person, mail)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX soft_bounce_age ON soft_bounce (at);`;

/** JSON text: where the request wants to be told of its mails, and of what. */
const notifyColumn = 'ALTER TABLE request ADD COLUMN notify TEXT;';

/** Step n brings a file from `user_version` n to n + 1. Steps that were published are never changed. */
export const migrations: readonly string[] = [
  outboxTables + tally,
  suppressionTables,
  eventTables,
  inboundTables,
  noticeTables,
  inboundTally,
  // JSON, see `Handed`; empty for nearly all
  'ALTER TABLE part ADD COLUMN handed TEXT;',
  webhookTables + notifyColumn,
  mailingTables,
  tallyTables,
  rowColumns,
  logTables,
];
