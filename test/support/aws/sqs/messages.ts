// Operations on messages.
import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  Message,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { enqueue, md5, md5OfAttributes, type Queue, type QueuedMessage, queueAt, take } from './queue.ts';

export function sendMessage(world: AwsWorld, request: SendMessageRequest): SendMessageResult {
  const { MessageBody = '', DelaySeconds, MessageAttributes } = request;
  const queue = queueAt(world, request.QueueUrl);
  if (MessageBody === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(MessageBody) > Number(queue.attributes.MaximumMessageSize)) {
    throw new AwsError(
      'InvalidParameterValue',
      'One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes.',
    );
  }
  const attributes = MessageAttributes as QueuedMessage['attributes'];
  const message = enqueue(world, queue, { body: MessageBody, delaySeconds: DelaySeconds, attributes });
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(message.body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

/** Waits until there is a message, the time is over or the client hung up. */
export async function receiveMessage(
  world: AwsWorld,
  request: ReceiveMessageRequest,
  gone: AbortSignal,
): Promise<ReceiveMessageResult> {
  const queue = queueAt(world, request.QueueUrl);
  const { attributes } = queue;
  const most = request.MaxNumberOfMessages ?? 1;
  if (most < 1 || most > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  }
  const hidden = request.VisibilityTimeout ?? Number(attributes.VisibilityTimeout);
  const end =
    Date.now() + (request.WaitTimeSeconds ?? Number(attributes.ReceiveMessageWaitTimeSeconds)) * 1000;
  const stop = AbortSignal.any([gone, world.closing]);
  for (;;) {
    const taken = stop.aborted ? [] : take(world, queue, most, hidden);
    if (taken.length > 0) return { Messages: taken.map((message) => shown(message, request)) };
    if (stop.aborted || Date.now() >= end) return {};
    await nextChance(queue, Math.min(end - Date.now(), 50));
  }
}

/** A message that comes, or a while in which a hidden one may show again. */
function nextChance({ waiting }: Queue, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    waiting.add(wake);
  });
}

function shown(message: QueuedMessage, request: ReceiveMessageRequest): Message {
  const wanted = [
    ...(request.MessageSystemAttributeNames ?? []),
    ...(request.AttributeNames ?? []),
  ] as string[];
  const system: Record<string, string> = {
    ApproximateReceiveCount: `${message.receives}`,
    SentTimestamp: `${message.sentAt}`,
    ApproximateFirstReceiveTimestamp: `${message.firstReceivedAt}`,
  };
  const found = Object.entries(system).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  const withAttributes = message.attributes && (request.MessageAttributeNames ?? []).includes('All');
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(found.length > 0 && { Attributes: Object.fromEntries(found) }),
    ...(withAttributes && {
      MD5OfMessageAttributes: md5OfAttributes(message.attributes),
      MessageAttributes: message.attributes as Message['MessageAttributes'],
    }),
  };
}

/** An old handle deletes nothing and is no error, as long as it is one. */
export function deleteMessage(world: AwsWorld, { QueueUrl, ReceiptHandle }: DeleteMessageRequest): object {
  const queue = queueAt(world, QueueUrl);
  checkHandle(ReceiptHandle);
  queue.messages = queue.messages.filter(({ receipt }) => receipt !== ReceiptHandle);
  return {};
}

export function deleteMessageBatch(
  world: AwsWorld,
  { QueueUrl, Entries = [] }: DeleteMessageBatchRequest,
): DeleteMessageBatchResult {
  for (const { ReceiptHandle } of Entries) deleteMessage(world, { QueueUrl, ReceiptHandle });
  return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
}

export function changeMessageVisibility(world: AwsWorld, request: ChangeMessageVisibilityRequest): object {
  const queue = queueAt(world, request.QueueUrl);
  checkHandle(request.ReceiptHandle);
  const message = queue.messages.find(({ receipt }) => receipt === request.ReceiptHandle);
  if (!message || message.visibleAt <= world.now()) {
    throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
  }
  message.visibleAt = world.now() + (request.VisibilityTimeout ?? 0) * 1000;
  for (const wake of queue.waiting) wake();
  return {};
}

function checkHandle(handle = ''): void {
  if (/^[0-9a-f-]{36}#\d+$/.test(handle)) return;
  throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
}
