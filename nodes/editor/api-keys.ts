import type { Column } from './editable-rows.ts';
import { isWholeWithin } from './field-checks.ts';
import { presentSwitch, siblingValue } from './validate.ts';

const isName = (text: string) => /^[A-Za-z0-9_.-]{1,64}$/.test(text);
/** Node-RED lets a flow name its own variables freely. */
const isVariable = (text: string) => /^[^\s$(){}]+$/.test(text);

/** Callers, each with the environment variable that holds its key; a name with two keys is one caller. */
export function apiKeyColumns(node: EditorNode): readonly Column[] {
  const label = (name: string) => node._(`send-email.apiKey.${name}`);
  return [
    { name: 'name', kind: 'text', label: label('name'), valid: isName },
    { name: 'variable', kind: 'text', label: label('variable'), valid: isVariable },
  ];
}

/** One usable row at least, where callers need a key. */
export function hasApiKeys(rows: unknown, node: EditorNode): boolean {
  if (!asksForKeys(node)) return true;
  return Array.isArray(rows) && rows.length > 0 && rows.every(isUsable);
}

function isUsable({ name, variable }: { name?: unknown; variable?: unknown }): boolean {
  return isName(String(name ?? '')) && isVariable(String(variable ?? ''));
}

export function hasHeaderName(text: string, node: EditorNode): boolean {
  const isUsed = asksForKeys(node) && siblingValue(node, 'apiKeyPlace') !== 'bearer';
  return !isUsed || /^[\w-]{1,64}$/.test(text);
}

export const isApiRate = (text: string): boolean => isWholeWithin(text, 1, 1_000_000);

function asksForKeys(node: EditorNode): boolean {
  return siblingValue(node, 'mode') === 'request' && presentSwitch(node, 'callersNeedKey');
}
