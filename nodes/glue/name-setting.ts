import type { NodeAPI } from 'node-red';
import { EmailError } from '../lib/kernel/errors.ts';

/** For whoever sees the dialog and not the flow file: a refused setting is named by the label of its field as well. */
export function nameSetting(RED: NodeAPI, thrown: unknown): unknown {
  if (!(thrown instanceof EmailError) || thrown.code !== 'bad-settings') return thrown;
  const { code, field = '', detail, retryable, cause } = thrown;
  const label = labelOf(RED, field);
  if (label === undefined) return thrown;
  return new EmailError(code, {
    field,
    detail: { ...detail, field: `“${label}” (${field})` },
    retryable,
    cause,
  });
}

/** Labels have the names of their settings, without what several settings begin with: `imapHost` is a `host`. */
function labelOf(RED: NodeAPI, field: string): string | undefined {
  const key = field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  for (const name of [key, key.slice(key.indexOf('-') + 1)]) {
    const text = RED._(`email-app.field.${name}`);
    if (!text.endsWith(`field.${name}`)) return text;
  }
  return undefined;
}
