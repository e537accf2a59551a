import type { Column } from './editable-rows.ts';
import { isHost, isIpAddress } from './field-checks.ts';

/** What the editor shows for a saved password. */
const saved = '__PWRD__';

/** https; http only where the host was allowed. A password in the URL would lie in the flow. */
export function isWebhookUrl(text: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, host, username, password } = new URL(text);
  const isAllowed = allowedHosts.some((name) => [hostname, host].includes(name.toLowerCase()));
  return (protocol === 'https:' || (protocol === 'http:' && isAllowed)) && `${username}${password}` === '';
}

/** `host` or `host:port`; an IPv6 address in brackets, as in a URL. */
export function isAllowedHost(text: string): boolean {
  const [, name = '', port = '1'] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isName = name.startsWith('[') ? isIpAddress(name.slice(1, -1)) : isHost(name);
  return isName && Number(port) >= 1 && Number(port) <= 65_535;
}

export function isTimeZone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}

export function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const isSavedSecret = (text: string) => text === saved;

/** As Standard Webhooks wants it: 24 to 64 random bytes. */
export function isWebhookSecret(text: string): boolean {
  if (isSavedSecret(text)) return true;
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}

const isId = (text: string) => /^[A-Za-z0-9_.-]{1,64}$/.test(text);
const isVariable = (text: string) => /^[A-Za-z_]\w*$/.test(text);

/** Authorizations that mails may name, each with the environment variable that holds its value. */
export function authorizationColumns(node: EditorNode): readonly Column[] {
  const label = (name: string) => node._(`webhook-out.authorization.${name}`);
  return [
    {
      name: 'id',
      kind: 'text',
      label: label('id'),
      valid: (id, rows) => isId(id) && rows.filter((row) => row.id === id).length === 1,
    },
    { name: 'variable', kind: 'text', label: label('variable'), valid: isVariable },
  ];
}

/** Rows of a node as it was saved. */
export function hasUsableAuthorizations(rows: unknown): boolean {
  if (!Array.isArray(rows)) return true;
  const ids = rows.map(({ id }: { id?: unknown }) => id);
  return (
    rows.every(({ id, variable }) => isId(String(id)) && isVariable(String(variable))) &&
    new Set(ids).size === ids.length
  );
}
