import { randomUUID } from 'node:crypto';
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { SendOrder } from '../lib/app/send-order.ts';
import { asEmailError, EmailError } from '../lib/kernel/errors.ts';
import { messageSnapshot } from '../lib/outbound/message-snapshot.ts';
import type { SendFields } from '../lib/request/send-fields.ts';
import { openRequestDoor } from './open-request-door.ts';
import { isEmpty, type TypedInput, typedInputReader } from './typed-input.ts';

/** send-email's properties as the editor saves them; `to` stands beside `toType`, and so on for every typedInput. */
export type SendEmailConfig = NodeDef & Record<string, unknown>;

const typedFields = [
  'to',
  'cc',
  'bcc',
  'from',
  'replyTo',
  'inReplyTo',
  'references',
  'subject',
  'payload',
  'plaintext',
  'attachments',
  'filename',
  'priority',
  'messageClass',
  'listTopic',
  'substitutions',
  'headers',
  'sendAt',
  'expireAt',
  'validity',
  'idempotencyKey',
  'correlationId',
  'callbackData',
  'template',
  'unsubscribeUrl',
  'unsubscribeMailto',
  'unsubscribeSubject',
] as const satisfies readonly (keyof SendFields)[];

/** Read only where the body is to come from there. */
const bodyFields: Readonly<Record<string, string>> = {
  payload: 'message',
  plaintext: 'message',
  filename: 'message',
  template: 'template',
};

/** Reads what a node is set up to send out of a message; nothing is checked here. */
export function orderReader(RED: NodeAPI, node: Node, config: SendEmailConfig) {
  const read = typedInputReader(RED, node);
  const fixed = fixedFields(config);
  const inputs = typedInputs(config);
  const mode = (config.mode ?? 'message') as SendOrder['mode'];
  const reports = config.replyWhen !== 'queued';
  const enter = entrance(RED, node, config);

  return async (message: NodeMessageInFlow): Promise<SendOrder> => {
    const values = await Promise.all(
      inputs.map(([name, input]) => read(input, message).catch(unreadable(name))),
    );
    // A template that the message does not name is a fault, not a mail without one.
    const fields = Object.fromEntries(
      inputs.map(([name], index) => [name, values[index] ?? (name === 'template' ? '' : undefined)]),
    );
    return {
      requestId: randomUUID(),
      mode,
      fields: { ...fields, ...fixed },
      body: message.payload,
      enter: enter(message),
      mail: message.email,
      node: node.id,
      reports,
      snapshot: reports ? messageSnapshot(message) : undefined,
    };
  };
}

/** Keys that cannot be read let nobody in, and say why to each who comes. */
function entrance(RED: NodeAPI, node: Node, config: SendEmailConfig) {
  try {
    const door = openRequestDoor(RED, node, config);
    return (message: NodeMessageInFlow): SendOrder['enter'] =>
      door && ((read) => door.enter(headersOf(message), read));
  } catch (thrown) {
    node.error(asEmailError(thrown).message);
    return () => () => {
      throw thrown;
    };
  }
}

/** Of the HTTP request itself: `msg.headers` may be any other node's, and is never read. */
function headersOf({ req }: NodeMessageInFlow & { req?: { headers?: unknown } }): unknown {
  return req?.headers;
}

/** Broken JSON, JSONata or a missing context store: the field is named, nothing is sent. */
function unreadable(field: string) {
  return (thrown: unknown): never => {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new EmailError('unreadable-field', { field, detail: { why } });
  };
}

function fixedFields({
  bodySource,
  html,
  text,
  format,
  copies,
  trackOpens,
  trackClicks,
}: SendEmailConfig): SendFields {
  return {
    body: bodySource === 'typed' ? { html: String(html ?? ''), text: String(text ?? '') } : undefined,
    format: format as SendFields['format'],
    copies: copies as SendFields['copies'],
    trackOpens,
    trackClicks,
  };
}

/** In mode `request` everything is in the body; a body of one source leaves the fields of the others alone. */
function typedInputs(config: SendEmailConfig): [string, TypedInput][] {
  if (config.mode === 'request') return [];
  const source = config.bodySource || 'message';
  const names = typedFields.filter((name) => (bodyFields[name] ?? source) === source);
  const inputs = names.map((name): [string, TypedInput] => [
    name,
    { value: String(config[name] ?? ''), type: String(config[`${name}Type`] ?? 'msg') },
  ]);
  return inputs.filter(([, input]) => !isEmpty(input));
}
