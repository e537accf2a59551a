/**
 * What rows keep of people and words moves into one sealed column each; the clear ones stay empty from here on, and rows
 * from before stay as they are until they age out. Beside them stands a hash of whom they are about, to search and
 * forget by. Of an unknown fate the outbox tells by itself, for what it says is sealed; see `part_settled` in schema.
 *
 * An index of `person` would cost each mail a page to itself, in no order: `part_person` is one that is written later, of
 * many parts at once, up to the part that `part_listed` names; see person-listing. As a key may be given again only after
 * the last of all parts is gone, it names one that is there. What is moved elsewhere goes without both.
 */
export const rowColumns = `
  ALTER TABLE request ADD COLUMN sealed BLOB;
  ALTER TABLE request ADD COLUMN sealed_message BLOB;
  ALTER TABLE part ADD COLUMN person BLOB;
  ALTER TABLE part ADD COLUMN outcome BLOB;
  ALTER TABLE part ADD COLUMN sealed BLOB;
  CREATE TABLE part_person (
    person BLOB NOT NULL,
    part INTEGER NOT NULL,
    PRIMARY KEY (person, part)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE part_listed (part INTEGER NOT NULL) STRICT;
  INSERT INTO part_listed VALUES (0);
  CREATE TRIGGER part_unlisted AFTER DELETE ON part BEGIN
    DELETE FROM part_person WHERE person = OLD.person AND part = OLD.key;
    UPDATE part_listed SET part = (SELECT ifnull(max(key), 0) FROM part WHERE key < OLD.key) WHERE part = OLD.key;
  END;
  ALTER TABLE event ADD COLUMN sealed BLOB;
  ALTER TABLE part_delivery ADD COLUMN sealed BLOB;
  ALTER TABLE notice ADD COLUMN sealed BLOB;
  ALTER TABLE webhook ADD COLUMN sealed_target BLOB;
  ALTER TABLE webhook ADD COLUMN sealed_why BLOB;
  ALTER TABLE webhook ADD COLUMN sealed BLOB;

  DROP TRIGGER part_settled;
  CREATE TRIGGER part_settled AFTER UPDATE OF settled_at ON part
    WHEN NEW.settled_at IS NOT NULL AND NEW.state <> 'unknown'
  BEGIN
    INSERT INTO event (at, type, request, position) VALUES (
      NEW.settled_at,
      CASE NEW.state WHEN 'cancelled' THEN 'email.failed' ELSE 'email.' || NEW.state END,
      NEW.request,
      NEW.position
    );
  END;`;
