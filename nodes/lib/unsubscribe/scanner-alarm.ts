/** Who has just left, by which mail, comes in; trouble goes out when so many left so soon that a machine must be at it. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { PartRecord } from '../outbound/outbox.ts';

export interface ScannerAlarm {
  /** Somebody left by this mail; returns at once, and never throws. */
  left(emailId: string): void;
  close(): void;
}

export interface ScannerAlarmRooms {
  readonly find: (emailId: string) => Promise<PartRecord | undefined>;
  readonly clock: Clock;
  readonly onTrouble: (error: EmailError) => void;
}

const minute = 60_000;
const window = 10 * minute;
/** Nobody reads and decides that fast; few do. */
const soon = 2 * minute;
const fewest = 10;
/** Mails looked at, the newest. */
const mostLooked = 100;
const pause = 10_000;
const silence = 60 * minute;

/**
 * Tells, once an hour at most, of at least 10 mails within 10 minutes of which more than half led somebody out within
 * 2 minutes after they were sent. Nothing is read from the store before there are 10, and at most every 10 seconds.
 */
export function scannerAlarm({ find, clock, onTrouble }: ScannerAlarmRooms): ScannerAlarm {
  /** When it was, by mail: pressing again does not count again. Oldest first. */
  const recent = new Map<string, number>();
  let quietUntil = 0;
  let callOff: (() => void) | undefined;

  function forget(now: number): void {
    for (const [emailId, at] of recent) {
      if (recent.size <= mostLooked && at > now - window) return;
      recent.delete(emailId);
    }
  }
  async function look(): Promise<void> {
    callOff = undefined;
    forget(clock.now());
    const looked = await Promise.all([...recent].map(async ([id, at]) => wasSoon(await find(id), at)));
    const [count, quick] = [looked.length, looked.filter(Boolean).length];
    if (count < fewest || quick * 2 <= count) return;
    quietUntil = clock.now() + silence;
    onTrouble(new EmailError('scanner-suspected', { detail: { count, quick } }));
  }
  return {
    left(emailId) {
      const now = clock.now();
      if (now < quietUntil || recent.has(emailId)) return;
      recent.set(emailId, now);
      forget(now);
      // A store that fails is told of by whoever needs it.
      if (recent.size >= fewest) callOff ??= clock.after(pause, () => void look().catch(() => {}));
    },
    close: () => callOff?.(),
  };
}

/** Some scanners press while the mail is still being handed over. */
function wasSoon(mail: PartRecord | undefined, leftAt: number): boolean {
  if (mail?.state === 'sending') return true;
  return mail?.settledAt !== undefined && leftAt - mail.settledAt < soon;
}
