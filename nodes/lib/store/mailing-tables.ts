/** A request whose copies wait in a file of the spool; each is drawn in its turn, and the row goes with the last. */
export const mailingTables = `
  CREATE TABLE mailing (
    request INTEGER PRIMARY KEY REFERENCES request ON DELETE CASCADE,
    priority INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    drawn INTEGER NOT NULL DEFAULT 0,
    read_to INTEGER NOT NULL DEFAULT 0,
    spool TEXT NOT NULL
  ) STRICT;`;
