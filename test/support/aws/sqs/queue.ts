// A queue: messages that are hidden for a while after each reading and gone when deleted.
import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Record<string, string>;
  messages: QueuedMessage[];
  /** Called when a message comes. */
  readonly waiting: Set<() => void>;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly attributes?: Readonly<Record<string, SqsAttribute>>;
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  receipt?: string;
}

export interface SqsAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface SqsState {
  /** By name. */
  readonly queues: Map<string, Queue>;
}

export function queueOf({ sqs }: AwsWorld, name: string): Queue | undefined {
  return sqs.queues.get(name);
}

/** The name is the last part of the address. */
export function queueAt(world: AwsWorld, url = ''): Queue {
  const queue = queueOf(world, url.split('/').at(-1) ?? '');
  if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}

export interface Enqueued {
  readonly body: string;
  readonly delaySeconds?: number;
  readonly attributes?: QueuedMessage['attributes'];
}

export function enqueue(
  world: AwsWorld,
  queue: Queue,
  { body, delaySeconds = 0, attributes }: Enqueued,
): QueuedMessage {
  const at = world.now();
  const message = {
    id: randomUUID(),
    body,
    sentAt: at,
    attributes,
    visibleAt: at + delaySeconds * 1000,
    receives: 0,
  };
  queue.messages.push(message);
  for (const wake of queue.waiting) wake();
  return message;
}

/** Hides what it hands out; a message that was read too often goes to the dead-letter queue instead. */
export function take(world: AwsWorld, queue: Queue, most: number, hiddenSeconds: number): QueuedMessage[] {
  const at = world.now();
  buryDead(world, queue);
  const taken = queue.messages.filter(({ visibleAt }) => visibleAt <= at).slice(0, most);
  for (const message of taken) {
    message.receives += 1;
    message.firstReceivedAt ??= at;
    message.visibleAt = at + hiddenSeconds * 1000;
    message.receipt = `${message.id}#${message.receives}`;
  }
  return taken;
}

function buryDead(world: AwsWorld, queue: Queue): void {
  if (!queue.attributes.RedrivePolicy) return;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(queue.attributes.RedrivePolicy);
  const grave = queueOf(world, `${deadLetterTargetArn}`.split(':').at(-1) ?? '');
  const dead = queue.messages.filter(
    ({ receives, visibleAt }) => receives >= Number(maxReceiveCount) && visibleAt <= world.now(),
  );
  queue.messages = queue.messages.filter((message) => !dead.includes(message));
  grave?.messages.push(...dead.map((message) => ({ ...message, receives: 0 })));
}

export const md5 = (data: string | Buffer) => createHash('md5').update(data).digest('hex');

/** Names, types and values with their lengths, in the order of the names, as the SQS guide sets out. */
export function md5OfAttributes(attributes: QueuedMessage['attributes']): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue, BinaryValue } = attributes?.[name] ?? {};
    const value =
      StringValue === undefined ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue);
    const kind = Buffer.from([StringValue === undefined ? 2 : 1]);
    return [
      ...withLength(Buffer.from(name)),
      ...withLength(Buffer.from(DataType)),
      kind,
      ...withLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function withLength(bytes: Buffer): [Buffer, Buffer] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
