/** What received mails take up is known at every moment; a key that a sender chose stands for one mail. */

/**
 * Counted by triggers, in the transaction that adds or removes a mail, so that it is right after a crash and the count
 * costs the same however many mails wait. `acted` now says when, in ms since the epoch.
 */
export const inboundTally = `
  CREATE TABLE inbound_tally (
    waiting INTEGER NOT NULL,
    aside INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  INSERT INTO inbound_tally
    SELECT count(*) FILTER (WHERE state <> 'aside'), count(*) FILTER (WHERE state = 'aside'), coalesce(sum(size), 0)
      FROM inbound;
  CREATE TRIGGER inbound_added AFTER INSERT ON inbound BEGIN
    UPDATE inbound_tally SET waiting = waiting + 1, bytes = bytes + NEW.size;
  END;
  CREATE TRIGGER inbound_removed AFTER DELETE ON inbound BEGIN
    UPDATE inbound_tally SET
      waiting = waiting - (OLD.state <> 'aside'), aside = aside - (OLD.state = 'aside'), bytes = bytes - OLD.size;
  END;
  CREATE TRIGGER inbound_moved AFTER UPDATE OF state ON inbound
    WHEN (OLD.state = 'aside') <> (NEW.state = 'aside')
  BEGIN
    UPDATE inbound_tally SET
      waiting = waiting + (NEW.state <> 'aside') - (OLD.state <> 'aside'),
      aside = aside + (NEW.state = 'aside') - (OLD.state = 'aside');
  END;

  UPDATE inbound SET acted = unixepoch() * 1000 WHERE acted = 1;
  CREATE INDEX inbound_acted ON inbound (acted) WHERE state = 'waiting' AND acted > 0;

  ALTER TABLE inbound_key ADD COLUMN digest BLOB;`;
