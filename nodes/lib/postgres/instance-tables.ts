/** The running programs of an app, each as long as it says by the database's clock that it lives. */

/** ms without a sign. */
export const deadAfter = 30_000;

/**
 * SQL for whatever takes something in the name of an instance, within the same statement: true if nobody has declared it
 * dead, nor does until the statement's transaction has ended. So what a dead one held is all there when it is recovered.
 */
export function holdsItsLease(app: string, id: string): string {
  return `EXISTS (SELECT FROM email_app.instance AS own WHERE own.app = ${app} AND own.id = ${id} FOR KEY SHARE)`;
}

/**
 * A row of `instance` lives; one of `dead_instance` is to be recovered, and may not live again before it was. The first
 * changes each few seconds: the room left in its pages keeps them from growing.
 */
export const instanceTables = `
  CREATE TABLE email_app.instance (
    app text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (app, id)
  ) WITH (fillfactor = 50);

  CREATE TABLE email_app.dead_instance (
    app text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (app, id)
  );`;
