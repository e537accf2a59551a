/**
 * What was measured, on two cores of a virtual machine (docs/performance.md; docs/sizing.md has the rows of PostgreSQL),
 * and what is assumed. ms, unless it says otherwise.
 */

/**
 * The part of a core's time that work gets; the rest goes to the kernel and to waiting for a core. The one number that is
 * fitted: to 5,100 personal mails a second, where all work together would allow 7,500 and the pauses of the model 6,470.
 */
export const usableShare = 0.8;

/** One personal mail of 5 KB over SMTP: 250 µs of CPU, half of it the store's thread's. */
export const personalMail = { main: 0.125 } as const;

/** Amazon SES, a request per mail: 390 µs of CPU. The store's part comes on top. */
export const sesMail = { main: 0.39 } as const;

/** A message per mail takes 520 µs, a personal copy 250: the difference is its acceptance, shared by both threads. */
export const acceptance = { main: 0.135, store: 0.135 } as const;

/** The mail server of the bench, in a process of its own on the same cores: 31 µs a mail. */
export const sink = 0.031;

/**
 * SQLite in a thread of its own. A commit takes 0.6 ms, most of it waiting for fsync; 160 µs of its time for each mail, of
 * eleven in a commit, are therefore 105 µs of work and a part of that commit.
 */
export const file = { claim: 0.055, settle: 0.05, commitWork: 0.2, commitWait: 0.4 } as const;

/**
 * From one thread to another that sleeps. A queue in a thread of its own took 1.28 ms for a batch of 32 and 4.92 ms for one
 * of 256: so 0.76 ms for one of none, 0.4 of it for the disk, and the rest for the way there and back.
 */
export const threadHop = 0.18;

/**
 * PostgreSQL 18 on loopback, one process that claims and settles: 370, 130 and 86 µs of the server's CPU and 120, 40 and 27
 * of ours for each mail, in batches of 10, 50 and 200. So a statement costs so much, and each mail in it so much more.
 * Acceptance: 88 µs there, 71 here. A look into the suppression list: 80 µs alone, 5.5 in a hundred.
 */
export const postgres = {
  claim: { server: 1.8, serverEach: 0.042, ours: 0.5, oursEach: 0.015 },
  settle: { server: 1.2, serverEach: 0.028, ours: 0.4, oursEach: 0.01 },
  accept: { server: 0.2, serverEach: 0.088, ours: 0.1, oursEach: 0.071 },
  find: { server: 0.08, serverEach: 0.0055, ours: 0.05, oursEach: 0.005 },
  /** An update of one row of a table without a log. Assumed. */
  pace: { server: 0.15, serverEach: 0, ours: 0.05, oursEach: 0 },
} as const;

/** What a group of commits waits for the disk. 0.2 to 0.6 ms here; 1 ms is that of a cloud's volume (assumed). */
export const commitOfVolume = 1;

/** There and back, within one zone of a cloud. Assumed. */
export const networkOfZone = 0.5;

/** Tens of milliseconds. Assumed: 50. */
export const answerOfSes = 50;

/** As the instances of an app do: dead after 30 s without a sign, looked for each 5 s. */
export const recoveredAfter = 35_000;
