/** What marks a message without being seen in it: class, topic, priority, keys and call-back data, each checked. */

import { EmailError } from '../kernel/errors.ts';
import { readLine } from '../mail/header-field.ts';
import type { MessageClass, Priority, Tracking } from '../mail/mail-content.ts';
import type { Route } from '../settings/app-settings.ts';
import { isGiven } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

export interface Labels {
  readonly priority: Priority;
  readonly messageClass: MessageClass;
  readonly listTopic?: string;
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
  readonly callbackData?: string;
}

const priorities: readonly Priority[] = ['normal', 'high', 'low'];
const messageClasses: readonly MessageClass[] = ['transactional', 'marketing'];
const copyChoices: readonly ('personal' | 'together')[] = ['personal', 'together'];
const longestKey = 256;
const longestCallbackData = 2000;

/** Throws EmailError: `wrong-type`, `unsafe-characters`, `marketing-needs-copies`. */
export function readLabels(fields: SendFields): Labels & { readonly copies: 'personal' | 'together' } {
  const messageClass = readChoice(fields.messageClass, 'messageClass', messageClasses);
  const copies = readChoice(fields.copies, 'copies', copyChoices);
  if (messageClass === 'marketing' && copies === 'together') {
    throw new EmailError('marketing-needs-copies', { field: 'copies' });
  }
  return {
    messageClass,
    copies,
    priority: readChoice(fields.priority, 'priority', priorities),
    listTopic: readListTopic(fields.listTopic),
    idempotencyKey: readKey(fields.idempotencyKey, 'idempotencyKey'),
    correlationId: readKey(fields.correlationId, 'correlationId'),
    callbackData: readCallbackData(fields.callbackData),
  };
}

/** Undefined on a route that cannot track. Throws EmailError `wrong-type`; `not-supported` if it is to track there. */
export function readTracking(fields: SendFields, { kind }: Route): Tracking | undefined {
  const read = (field: 'trackOpens' | 'trackClicks'): boolean | undefined => {
    const value = fields[field];
    if (!isGiven(value)) return undefined;
    if (typeof value !== 'boolean') throw wrongType(field, 'true or false');
    if (!value || kind === 'ses') return value;
    const why = `the route ${kind} cannot track; only Amazon SES does`;
    throw new EmailError('not-supported', { field, detail: { why } });
  };
  const tracking = { opens: read('trackOpens'), clicks: read('trackClicks') };
  return kind === 'ses' ? tracking : undefined;
}

/** A key of the user’s own, one line. Undefined if not given. */
export function readKey(value: unknown, field: string): string | undefined {
  if (!isGiven(value)) return undefined;
  return readLine(value, field, longestKey);
}

/** The first choice stands for a field that was not given. */
function readChoice<Choice extends string>(
  value: unknown,
  field: string,
  choices: readonly Choice[],
): Choice {
  const choice = isGiven(value) ? choices.find((known) => known === value) : choices[0];
  if (choice === undefined) throw wrongType(field, `one of ${choices.join(', ')}`);
  return choice;
}

export function readListTopic(value: unknown): string | undefined {
  if (!isGiven(value)) return undefined;
  if (typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value)) return value;
  throw wrongType('listTopic', '1 to 64 letters, digits, dots, hyphens or underscores');
}

function readCallbackData(value: unknown): string | undefined {
  if (!isGiven(value)) return undefined;
  if (typeof value === 'string' && value.length <= longestCallbackData) return value;
  throw wrongType('callbackData', `a text of at most ${longestCallbackData} characters`);
}

function wrongType(field: string, expected: string): EmailError {
  return new EmailError('wrong-type', { field, detail: { expected } });
}
