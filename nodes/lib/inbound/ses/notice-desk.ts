/** Notices that wait are worked on as they come, tried again with growing waits, and set aside for a person in the end. */
import type { Clock } from '../../kernel/clock.ts';
import type { ErrorCode } from '../../kernel/error-sentences.ts';
import { asEmailError, EmailError } from '../../kernel/errors.ts';
import { withJitter } from '../../outbound/backoff.ts';
import type { NoticeBox, NoticeKind, NoticeOutcome, WaitingNotice } from './notice-box.ts';

export interface NoticeDeskOptions {
  readonly kind: NoticeKind;
  readonly box: NoticeBox;
  /** Notices worked on together. */
  readonly together: number;
  /** Answers, for each in its order, the failure that it met, if it met one. Rejects when all of them failed. */
  readonly work: (notices: readonly WaitingNotice[]) => Promise<readonly (EmailError | undefined)[]>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onTrouble: (error: EmailError) => void;
}

export interface NoticeDesk {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when what is under way is done. */
  close(): Promise<void>;
}

/** ms */
const firstWait = 5_000;
const longestWait = 30 * 60_000;
const idleWait = 60_000;
/** ms after its arrival: what is still missing was deleted; other trouble is a person's to mend. */
const missingFor = 3_600_000;
const troubleFor = 3 * 86_400_000;
/** Waits before a person is told of trouble that may pass by itself. */
const tellAfter = 3;

export function openNoticeDesk(options: NoticeDeskOptions): NoticeDesk {
  const { kind, box, together, clock, onTrouble } = options;
  let isClosed = false;
  let isAwake = true;
  let rouse = () => {};

  /** Until something comes, but no longer than a wait: what was put off becomes due unheard. */
  async function rest(ms: number): Promise<void> {
    if (isAwake || isClosed) return;
    await new Promise<void>((resolve) => {
      const callOff = clock.after(ms, resolve);
      rouse = () => {
        callOff();
        resolve();
      };
    });
  }

  async function round(): Promise<void> {
    isAwake = false;
    const notices = await box.due(kind, together, clock.now());
    if (notices.length === 0) return rest(firstWait);
    const outcomes = await outcomesOf(notices, options);
    await box.settle(outcomes);
    isAwake = true;
  }

  async function run(): Promise<void> {
    while (!isClosed) {
      await round().catch((thrown: unknown) => {
        if (!isClosed) onTrouble(asEmailError(thrown));
        isAwake = false;
        return rest(idleWait);
      });
    }
  }

  const running = run();
  return {
    wake() {
      isAwake = true;
      rouse();
    },
    async close() {
      isClosed = true;
      rouse();
      await running;
    },
  };
}

async function outcomesOf(
  notices: readonly WaitingNotice[],
  { work, ...options }: NoticeDeskOptions,
): Promise<NoticeOutcome[]> {
  const failures = await work(notices).catch((thrown: unknown) => notices.map(() => asEmailError(thrown)));
  return notices.map((notice, index) => outcomeOf(notice, failures[index], options));
}

function outcomeOf(
  { id, arrivedAt, attempts }: WaitingNotice,
  failure: EmailError | undefined,
  { clock, random, onTrouble }: Omit<NoticeDeskOptions, 'work'>,
): NoticeOutcome {
  if (!failure) return { id, kind: 'done' };
  const now = clock.now();
  if (now - arrivedAt >= patienceWith(failure)) {
    onTrouble(new EmailError('notice-set-aside', { detail: { why: failure.message } }));
    return { id, kind: 'set-aside', why: failure.message };
  }
  if (attempts + 1 >= tellAfter) onTrouble(failure);
  const wait = Math.min(firstWait * 2 ** Math.min(attempts, 20), longestWait);
  return { id, kind: 'later', dueAt: now + withJitter(wait, random) };
}

/** These stay what they are, whatever a person does. */
const hopeless: ReadonlySet<ErrorCode> = new Set(['bad-notice', 'mail-too-large']);

/**
 * What S3 does not have yet may come within the hour; a bucket, a right or a disk takes a person. A mail that there is no
 * room for waits in its bucket, until it expires there.
 */
function patienceWith({ code, detail }: EmailError): number {
  if (hopeless.has(code)) return 0;
  if (code === 'inbound-full') return Number.POSITIVE_INFINITY;
  return code === 'aws-not-found' && detail.name !== 'NoSuchBucket' ? missingFor : troubleFor;
}
