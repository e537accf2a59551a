/** A request as JSON comes in, in the shape of its published schema; the fields of a message go out. */
import { EmailError } from '../kernel/errors.ts';
import { type SchemaReader, schemaReader } from '../schema/schema-reader.ts';
import { type MessageRequest, messageRequestSchema, type RequestContent } from './message-request-schema.ts';
import { parseIsoTime } from './read-times.ts';
import { requestPath } from './request-path.ts';
import type { SendFields } from './send-fields.ts';

/**
 * `payload` is the request or its JSON text. Throws EmailError `bad-request` or `not-supported`
 * with the path at fault as it stands in the request; so will the reading of the fields.
 */
export function readMessageRequest(payload: unknown): SendFields {
  const request = readShape(typeof payload === 'string' ? parseJson(payload) : payload);
  if (request.template && request.content) {
    const why = 'a template stands instead of it';
    throw new EmailError('bad-request', { field: 'content', detail: { why } });
  }
  const { from, cc, bcc, substitutions, listTopic, sendAt, expireAt, validity } = request;
  const { idempotencyKey, correlationId, callbackData, options = {} } = request;
  const { notifyUrl, notifyUrlAuthId, requestedReceipts } = request;
  return {
    from: options.fromName ? { address: from, name: options.fromName } : from,
    to: request.to.flatMap(({ email, ...shared }) => email.map((address) => ({ address, ...shared }))),
    cc,
    bcc,
    copies: request.multipleToRecipients ? 'together' : 'personal',
    trackOpens: options.trackOpens,
    trackClicks: options.trackClicks,
    unsubscribeUrl: options.listUnsubscribeUrl,
    unsubscribeMailto: options.unsubscribeEmailAddress,
    unsubscribeSubject: options.unsubscribeEmailSubject,
    ...contentFields(request.content),
    template: request.template?.id,
    templateSubject: request.template?.subject,
    substitutions,
    messageClass: request.class,
    listTopic,
    sendAt,
    expireAt,
    validity,
    idempotencyKey,
    correlationId,
    callbackData,
    notifyUrl,
    notifyUrlAuthId,
    requestedReceipts,
    callerPath: requestPath(request),
  };
}

function contentFields(content: RequestContent | undefined): SendFields {
  if (!content) return {};
  const { type, subject, replyTo, text, html, attachments = [] } = content;
  return {
    subject,
    replyTo,
    payload: type === 'html' ? html : text,
    plaintext: type === 'html' ? text : undefined,
    format: type,
    attachments: attachments.map((one) => ({
      filename: one.name,
      contentType: one.mimetype,
      content: one.content,
      encoding: 'base64',
      cid: one.cid,
    })),
  };
}

let reader: SchemaReader<MessageRequest> | undefined;

/** Compiled on first use: it takes longer than a message, and many apps never see a request. */
function readShape(request: unknown): MessageRequest {
  reader ??= schemaReader<MessageRequest>(messageRequestSchema, {
    formats: { 'date-time': (text) => parseIsoTime(text) !== undefined },
  });
  return reader(request, 'payload');
}

/** The parser's own words would quote the text, which may hold what no error must show. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EmailError('bad-request', { field: 'payload', detail: { why: 'it is not JSON' } });
  }
}
