/**
 * Tables of the counts of events. `event_total` goes on growing while hours are pruned. All that stands in the event log
 * up to the place in `event_tallied` is counted; whoever counts on locks that row first.
 */
export const tallyTables = `
  CREATE TABLE email_app.event_tally (
    app text COLLATE "C" NOT NULL,
    hour bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (app, hour, type)
  );

  CREATE TABLE email_app.event_total (
    app text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (app, type)
  ) WITH (fillfactor = 50);

  CREATE TABLE email_app.event_tallied (
    app text COLLATE "C" NOT NULL,
    turn bigint NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (app)
  ) WITH (fillfactor = 50);`;
