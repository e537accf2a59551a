import type { Node, NodeAPI } from 'node-red';
import { readApiKeys } from '../lib/api/api-keys.ts';
import { RequestDoor } from '../lib/api/request-door.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { Fields } from './read-app-config.ts';

/**
 * What stands before requests in `msg.payload` if callers need a key; undefined if they need none.
 * Throws EmailError `bad-settings`.
 */
export function openRequestDoor(RED: NodeAPI, node: Node, config: Fields): RequestDoor | undefined {
  if (config.mode !== 'request' || config.callersNeedKey !== true) return undefined;
  const keys = readApiKeys(config.apiKeys, (variable) => RED.util.getSetting(node, variable));
  return new RequestDoor({ keys, header: readHeader(config), perMinute: readRate(config) }, systemClock);
}

function readHeader({ apiKeyPlace, apiKeyHeader }: Fields): string | undefined {
  if (apiKeyPlace === 'bearer') return undefined;
  const name = String(apiKeyHeader || 'key')
    .trim()
    .toLowerCase();
  if (/^[\w-]{1,64}$/.test(name)) return name;
  const why = 'a name has letters, digits and hyphens';
  throw new EmailError('bad-settings', { field: 'apiKeyHeader', detail: { why } });
}

/** Empty: any number. */
function readRate({ apiRate }: Fields): number | undefined {
  const text = String(apiRate ?? '').trim();
  if (text === '') return undefined;
  const rate = Number(text);
  if (Number.isInteger(rate) && rate >= 1 && rate <= 1_000_000) return rate;
  const why = 'it must be a whole number from 1 to 1,000,000';
  throw new EmailError('bad-settings', { field: 'apiRate', detail: { why } });
}
