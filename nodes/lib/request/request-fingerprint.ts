/** From a request to the fingerprint that tells whether two requests with one idempotency key ask for the same mail. */
import { createHash } from 'node:crypto';
import { isGiven } from './read-record.ts';
import type { CheckedRequest, SendFields } from './send-fields.ts';

/**
 * SHA-256, hex, of what was asked for and not of what the app's settings make of it, so that a retry after a deploy is
 * the same request still: a template is known by its id, the sender only if it was given, and `body` has no partials.
 * Times are left out: `validity` counts from the moment of asking, so a repeated request would never look the same.
 */
export function requestFingerprint(
  request: Omit<CheckedRequest, 'html' | 'text' | 'idempotency'>,
  body: Pick<CheckedRequest, 'html' | 'text'>,
  fields: SendFields,
): string {
  const { sendAt: _sendAt, expireAt: _expireAt, from, subject, attachments: files, ...asked } = request;
  const sender = isGiven(fields.from) ? from : undefined;
  const content = fields.template === undefined ? { subject, ...body } : templateOf(fields);
  // JSON is the same for equal texts, whatever they are made of in memory, and in every version of Node
  const attachments = files.map((file) => ({ ...file, content: hashOf(file.content) }));
  return hashOf(JSON.stringify({ ...asked, sender, content, attachments }));
}

function hashOf(what: string | Uint8Array): string {
  return createHash('sha256').update(what).digest('hex');
}

/** A subject that the template does not use was not checked. */
function templateOf({ template, templateSubject, subject }: SendFields): object {
  const given = isGiven(templateSubject) ? templateSubject : subject;
  const isLine = typeof given === 'string' || typeof given === 'number';
  return { template, subject: isLine && isGiven(given) ? String(given) : undefined };
}
