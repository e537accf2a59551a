/** The one door for a message: what a node gathered comes in, a request of which everything was checked goes out. */

import { EmailError } from '../kernel/errors.ts';
import { inCallersWords } from '../kernel/field-path.ts';
import { readHeaderFields, readLine } from '../mail/header-field.ts';
import { readMessageIds } from '../mail/message-id.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { expandPartials } from '../template/expand-partials.ts';
import { readValues } from '../template/read-values.ts';
import { offerUnsubscribe } from './offer-unsubscribe.ts';
import { readAttachments } from './read-attachments.ts';
import { type Body, readBody } from './read-body.ts';
import { readLabels, readTracking } from './read-labels.ts';
import { readNotify } from './read-notify.ts';
import { noValues, type Recipients, readMailboxes, readRecipients } from './read-recipients.ts';
import { isGiven } from './read-record.ts';
import { readSender } from './read-sender.ts';
import { readTimes } from './read-times.ts';
import { readUnsubscribe } from './read-unsubscribe.ts';
import { requestFingerprint } from './request-fingerprint.ts';
import type { CheckedRequest, Recipient, SendFields, SendRequest } from './send-fields.ts';

export interface SendRules {
  readonly settings: AppSettings;
  /** ms since the epoch */
  readonly now: number;
}

const replyToLimit = 20;

/**
 * Reads all fields once and strictly; the first fault is thrown as EmailError with the field as its writer knows it.
 * Files are read only after everything else was found valid.
 */
export async function readSendRequest(fields: SendFields, rules: SendRules): Promise<SendRequest> {
  try {
    return offerUnsubscribe(await readFields(fields, rules), rules.settings);
  } catch (thrown) {
    throw inCallersWords(thrown, fields.callerPath);
  }
}

async function readFields(fields: SendFields, { settings, now }: SendRules): Promise<CheckedRequest> {
  const tracking = readTracking(fields, settings.route);
  const recipients = readRecipients(fields);
  const { idempotencyKey: key, ...labels } = readLabels(fields);
  if (labels.copies === 'together') refuseOwnValues(recipients);
  const { subject, ...body } = readBody(fields, settings.templates);
  const templated = isTemplated(fields, recipients);
  const notify = readNotify(fields);
  const request = {
    from: readSender(fields.from, settings),
    ...recipients,
    ...labels,
    ...readThread(fields),
    ...readTimes(fields, now),
    replyTo: atMost(replyToLimit, readMailboxes(fields.replyTo, 'replyTo'), 'replyTo'),
    subject: readSubject(fields, subject),
    templated,
    values: isGiven(fields.substitutions) ? readValues(fields.substitutions, 'substitutions') : noValues,
    headers: isGiven(fields.headers) ? readHeaderFields(fields.headers, 'headers') : [],
    unsubscribe: readUnsubscribe(fields),
    tracking,
    autoSubmitted: fields.autoSubmitted,
    ...(notify && { notify }),
  };
  const parts = templated ? withPartials(body, settings) : body;
  const attachments = await readAttachments(fields, settings);
  if (parts.text === undefined && parts.html === undefined && attachments.length === 0) {
    throw new EmailError('missing-body', { field: bodyField(fields) });
  }
  const asked = { ...request, attachments };
  const idempotency =
    key === undefined
      ? undefined
      : { key, caller: fields.caller, fingerprint: requestFingerprint(asked, body, fields) };
  return { ...asked, ...parts, idempotency };
}

function readSubject(fields: SendFields, ofTemplate?: string): string {
  if (isGiven(fields.templateSubject)) return readLine(fields.templateSubject, 'templateSubject');
  if (ofTemplate !== undefined) return readLine(ofTemplate, 'subject');
  return isGiven(fields.subject) ? readLine(fields.subject, 'subject') : '';
}

function withPartials({ html, text }: Body, { templates }: AppSettings): Body {
  return {
    html: html && expandPartials(html, 'html', templates),
    text: text && expandPartials(text, 'text', templates),
  };
}

function bodyField({ template, body }: SendFields): string {
  if (template !== undefined) return 'template';
  return body ? 'body' : 'payload';
}

function readThread(fields: SendFields): Pick<SendRequest, 'inReplyTo' | 'references'> {
  const inReplyTo = isGiven(fields.inReplyTo) ? readMessageIds(fields.inReplyTo, 'inReplyTo') : [];
  const references = isGiven(fields.references) ? readMessageIds(fields.references, 'references') : [];
  return { inReplyTo: atMost(1, inReplyTo, 'inReplyTo')[0], references };
}

/** A body typed in the node or the app is a template; one from the message only if values are given for it. */
function isTemplated({ template, body, substitutions }: SendFields, { to, cc, bcc }: Recipients): boolean {
  if (template !== undefined || body !== undefined) return true;
  return isGiven(substitutions) || [...to, ...cc, ...bcc].some(hasOwnValues);
}

function refuseOwnValues({ to, cc, bcc }: Recipients): void {
  if (![...to, ...cc, ...bcc].some(hasOwnValues)) return;
  const why = 'one message for all has no values for single recipients';
  throw new EmailError('not-supported', { field: 'to', detail: { why } });
}

function hasOwnValues({ values }: Recipient): boolean {
  return Object.keys(values).length > 0;
}

function atMost<Item>(limit: number, list: Item[], field: string): Item[] {
  if (list.length <= limit) return list;
  throw new EmailError('wrong-type', { field, detail: { expected: `at most ${limit} in number` } });
}
