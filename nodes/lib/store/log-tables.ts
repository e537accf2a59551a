/** What looking for mails needs beside the outbox: indexes of what few rows have, and who looked. */

/**
 * Of parts: what somebody may well look for among a million that were sent. Each part is asked for it at each of its
 * steps, and a list of states would be built anew each time.
 */
export const seldomStates = `settled_at IS NOT NULL AND state <> 'sent'`;

/** `event_retold`: fates of copies that became others, see `part_settled`. `part_clear`: from before rows were sealed. */
export const logTables = `
  CREATE TABLE access (
    key INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    user TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL
  ) STRICT;
  CREATE INDEX access_age ON access (at);

  CREATE INDEX part_correlation ON part (correlation_id) WHERE correlation_id IS NOT NULL;
  CREATE INDEX part_seldom ON part (state, key) WHERE ${seldomStates};
  CREATE INDEX part_clear ON part (key) WHERE person IS NULL;
  CREATE INDEX event_retold ON event (request, position)
    WHERE request IS NOT NULL AND (fact IS NOT NULL OR sealed IS NOT NULL);`;
