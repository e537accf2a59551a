/** Small facts of an app by name. */
export const noteTables = `
  CREATE TABLE email_app.note (
    app text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (app, name)
  );`;
