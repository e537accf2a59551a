/** A queue's name goes in; what its topic puts there is stored, and taken out of the queue only then. */
import type { AwsClients } from '../aws/aws-clients.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import { textMember } from '../kernel/own-member.ts';
import { parseJson } from '../kernel/parse-json.ts';
import { Backoff, routeBackoff } from '../outbound/backoff.ts';
import type { NewNotice, NoticeBox, NoticeKind } from './ses/notice-box.ts';
import { sortNotice } from './ses/sort-notice.ts';

export interface SqsPullerOptions {
  readonly sqs: AwsClients['sqs'];
  readonly queue: string;
  /** True for topics that the app believes. */
  readonly isOurs: (topicArn: string) => boolean;
  /** Kinds that the app asks for; others are of no use to it. */
  readonly kinds: readonly NoticeKind[];
  readonly box: Pick<NoticeBox, 'accept'>;
  /** Something was stored. */
  readonly onArrival: () => void;
  /** Trouble began or ended. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onTrouble: (error: EmailError) => void;
}

export interface SqsPuller {
  /** Undefined while it works. */
  trouble(): EmailError | undefined;
  /** At once: what the queue answers after it is shown again a minute later. */
  close(): void;
}

interface QueuedText {
  readonly id: string;
  readonly text: string;
  readonly receipt: string;
}

/** Seconds that the queue waits for a message: the most there is. */
const longPoll = 20;
/** Seconds that a message is ours alone: it is stored within one. */
const hiddenFor = 60;
/** ms; in case the queue answers at once. */
const pause = 1_000;

export function openSqsPuller(options: SqsPullerOptions): SqsPuller {
  return new Puller(options);
}

class Puller implements SqsPuller {
  readonly #options: SqsPullerOptions;
  readonly #backoff: Backoff;
  #isClosed = false;
  #trouble: EmailError | undefined;
  #callOff = (): void => {};
  #url: string | undefined;

  constructor(options: SqsPullerOptions) {
    this.#options = options;
    this.#backoff = new Backoff(routeBackoff, options.random);
    void this.#run();
  }

  trouble(): EmailError | undefined {
    return this.#trouble;
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) await this.#poll().catch((thrown: unknown) => this.#failed(thrown));
  }

  async #poll(): Promise<void> {
    const { sqs, queue } = this.#options;
    this.#url ??= (await sqs('GetQueueUrl', { QueueName: queue })).QueueUrl ?? '';
    const texts = await receive(sqs, this.#url);
    this.#turnTo(undefined);
    this.#backoff.succeeded();
    if (this.#isClosed) return;
    if (texts.length === 0) return this.#rest(pause);
    await store(texts, this.#options);
    await remove(sqs, this.#url, texts);
  }

  #failed(thrown: unknown): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const { clock, onTrouble } = this.#options;
    const failure = asEmailError(thrown);
    this.#turnTo(failure);
    if (failure.code === 'aws-not-found') this.#url = undefined;
    if (this.#backoff.failed(clock.now())) onTrouble(failure);
    return this.#rest(this.#backoff.retryAt - clock.now());
  }

  #turnTo(trouble: EmailError | undefined): void {
    const isNews = this.#trouble?.message !== trouble?.message;
    this.#trouble = trouble;
    if (isNews) this.#options.onChange();
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#callOff = this.#options.clock.after(ms, resolve);
    });
  }
}

async function receive(sqs: AwsClients['sqs'], url: string): Promise<QueuedText[]> {
  const { Messages = [] } = await sqs('ReceiveMessage', {
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: longPoll,
    VisibilityTimeout: hiddenFor,
  });
  return Messages.map(({ MessageId: id = '', Body: text = '', ReceiptHandle: receipt = '' }) => ({
    id,
    text,
    receipt,
  }));
}

async function store(texts: readonly QueuedText[], options: SqsPullerOptions): Promise<void> {
  const notices = texts.flatMap((text) => noticeIn(text, options));
  if (notices.length === 0) return;
  await options.box.accept(notices);
  options.onArrival();
}

/** What cannot be read would come again for two weeks: it is set aside. */
function noticeIn({ id, text }: QueuedText, { isOurs, kinds, clock }: SqsPullerOptions): NewNotice[] {
  const arrivedAt = clock.now();
  const envelope = parseJson(text);
  const message = textMember(envelope, 'Message');
  const messageId = textMember(envelope, 'MessageId') ?? '';
  const setAside = (why: string): NewNotice[] => [
    { id: `sqs ${id}`, kind: kinds[0] ?? 'event', body: text, arrivedAt, setAside: why },
  ];
  if (message === undefined || !/^[\w-]{1,100}$/.test(messageId))
    return setAside('It does not come through SNS as it should; is raw message delivery switched on?');
  if (!isOurs(textMember(envelope, 'TopicArn') ?? ''))
    return setAside('It comes from a topic that is not one of this app.');
  const kind = sortNotice(message);
  return kind && kinds.includes(kind) ? [{ id: messageId, kind, body: message, arrivedAt }] : [];
}

/** What stays there by accident comes again, and is known then. */
async function remove(sqs: AwsClients['sqs'], url: string, texts: readonly QueuedText[]): Promise<void> {
  const Entries = texts.map(({ receipt }, index) => ({ Id: `${index}`, ReceiptHandle: receipt }));
  await sqs('DeleteMessageBatch', { QueueUrl: url, Entries });
}
