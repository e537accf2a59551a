/** An event or a message of the flow's own and a JSON template come in; the template with its values goes out. Pure. */
import { EmailError } from '../../kernel/errors.ts';
import { memberPath } from '../../kernel/field-path.ts';
import { isPlainRecord } from '../../kernel/plain-record.ts';
import { factsOf } from './standard-body.ts';
import type { WebhookOrder } from './webhook-body.ts';
import { writeJson } from './write-json.ts';

const placeholder = /\{\{\s*([^{}\s]{1,200})\s*\}\}/g;
const wholePlaceholder = /^\{\{\s*([^{}\s]{1,200})\s*\}\}$/;

/**
 * Placeholders are paths of own members and list indexes: `type`, `timestamp`, `data.…` (of an event also `event.…`) and
 * `msg.…`. A text that is nothing but one becomes the value itself. Throws EmailError `missing-substitution`, and
 * `bad-webhook` where a record or list stands among other text.
 */
export function templateBody(order: WebhookOrder, template: unknown): string {
  const facts = factsOf(order);
  const event = order.kind === 'event' ? facts.data : undefined;
  const values = { ...facts, event, msg: order.message };
  return writeJson(fill(template, 'template', values), 'template') ?? '';
}

type Values = Readonly<Record<string, unknown>>;

function fill(part: unknown, path: string, values: Values): unknown {
  if (typeof part === 'string') return fillText(part, path, values);
  if (Array.isArray(part)) return part.map((item, index) => fill(item, `${path}[${index}]`, values));
  if (!isPlainRecord(part)) return part;
  const entries = Object.entries(part);
  return Object.fromEntries(entries.map(([key, item]) => [key, fill(item, memberPath(path, key), values)]));
}

function fillText(text: string, path: string, values: Values): unknown {
  const [, name] = wholePlaceholder.exec(text) ?? [];
  if (name !== undefined) return valueAt(values, name, path);
  return text.replace(placeholder, (_, inner: string) => asText(valueAt(values, inner, path), path));
}

/** What JSON would leave out is missing, too. */
function valueAt(values: Values, name: string, field: string): unknown {
  let value: unknown = values;
  for (const key of name.split('.')) value = memberOf(value, key);
  if (!['undefined', 'function', 'symbol'].includes(typeof value)) return value;
  throw new EmailError('missing-substitution', { field, detail: { value: `{{${name}}}` } });
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Values)[key];
}

function asText(value: unknown, field: string): string {
  if (typeof value !== 'object') return String(value);
  const why = 'only a text, a number or true and false can stand among other text';
  throw new EmailError('bad-webhook', { field, detail: { why } });
}
