// SQS on the wire: JSON 1.0 with the operation in a header, and errors that also bear their older names.
import { AwsError } from '../aws-error.ts';
import type { AwsRequest } from '../aws-request.ts';
import type { AwsWorld } from '../aws-world.ts';
import { type Answer, jsonRefusals, type Service } from '../service.ts';
import {
  changeMessageVisibility,
  deleteMessage,
  deleteMessageBatch,
  receiveMessage,
  sendMessage,
} from './messages.ts';
import {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  purgeQueue,
  setQueueAttributes,
} from './queues.ts';

type Deed = (world: AwsWorld, input: never, gone: AbortSignal) => object | Promise<object>;

const deeds: readonly Deed[] = [
  createQueue,
  deleteQueue,
  getQueueUrl,
  getQueueAttributes,
  setQueueAttributes,
  purgeQueue,
  sendMessage,
  receiveMessage,
  deleteMessage,
  deleteMessageBatch,
  changeMessageVisibility,
];

const target = 'AmazonSQS.';

export const sqs: Service = {
  name: 'sqs',
  refusals: jsonRefusals,
  takes: ({ headers }) => headers['x-amz-target']?.startsWith(target) ?? false,
  operation(request, world) {
    const action = request.headers['x-amz-target']?.slice(target.length) ?? '';
    const deed = deeds.find(({ name }) => name.toLowerCase() === action.toLowerCase());
    if (!deed) throw new AwsError('UnknownOperationException', `The stand-in does not know ${action}.`);
    const input = parsed(request);
    return {
      action,
      rights: { actions: [`sqs:${rightOf(action)}`], resources: [arnOf(world, input)] },
      run: async () => answer(200, await deed(world, input as never, request.gone)),
    };
  },
  refuse: ({ code, status, message }) =>
    answer(status, { __type: `com.amazonaws.sqs#${code}`, message }, queryNames[code]),
};

/** By which the errors went in the older protocol; sent along in a header for clients that still look for them. */
const queryNames: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  ReceiptHandleIsInvalid: 'ReceiptHandleIsInvalid',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  RequestThrottled: 'RequestThrottled',
  OverLimit: 'OverLimit',
};

const rightOf = (action: string) => action.replace(/Batch$/, '');

function arnOf(
  { region, accountId }: AwsWorld,
  { QueueUrl, QueueName }: Readonly<Record<string, unknown>>,
): string {
  const name = `${QueueName ?? QueueUrl}`.split('/').at(-1);
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

function parsed({ body }: AwsRequest): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

function answer(status: number, body: object, queryName?: string): Answer {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    ...(queryName && { 'x-amzn-query-error': `${queryName};Sender` }),
  };
  return { status, headers, body: JSON.stringify(body) };
}
