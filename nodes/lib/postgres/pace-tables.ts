/** What may leave at this moment, for all machines of an app. Not worth a write to the log: it fills up again by itself. */
export const paceTables = `
  CREATE UNLOGGED TABLE email_app.pace (
    app text PRIMARY KEY,
    tokens float8 NOT NULL,
    filled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    quota_left float8 NOT NULL DEFAULT 'Infinity',
    granted float8 NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);`;
