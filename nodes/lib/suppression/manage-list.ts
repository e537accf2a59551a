/** A request of mode "Manage" comes in and is carried out; what became of it goes out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import { readMailbox } from '../mail/address.ts';
import { readDomainName } from '../mail/domain-name.ts';
import { exportSuppressions } from './export-suppressions.ts';
import { holdFailure } from './hold-failure.ts';
import { importSuppressions } from './import-suppressions.ts';
import { type ManageAction, type ManageRequests, readManageRequest } from './manage-request.ts';
import type { Suppression, SuppressionList } from './suppression-list.ts';
import { holdReason } from './suppression-policy.ts';

export interface ManageRooms {
  readonly suppressions: SuppressionList;
  readonly now: number;
}

/**
 * The result has the request's `action`, and its address and list topic if it had them. Throws EmailError
 * `bad-request`, `confirmation-needed`, `bad-address`, `bad-time`, `bad-csv`, and what the list is refused for.
 */
export async function manageList(payload: unknown, rooms: ManageRooms): Promise<object> {
  const { action, ...request } = readManageRequest(payload);
  const result = await (actions[action] as Work<ManageAction>)(request as never, rooms);
  return { action, ...result };
}

type Work<Action extends ManageAction> = (
  request: ManageRequests[Action],
  rooms: ManageRooms,
) => Promise<object>;

const defaultPage = 100;

const actions: { readonly [Action in ManageAction]: Work<Action> } = {
  async add({ cause = 'manual', ...rest }, { suppressions, now }) {
    if (rest.expiresAt !== undefined && rest.expiresAt <= now) {
      throw new EmailError('bad-time', { field: 'expiresAt', detail: { why: 'it lies in the past' } });
    }
    const entry = { ...rest, address: readSubject(rest.address), cause, method: 'api', at: now } as const;
    const added = await suppressions.add([entry]);
    return { ...scopeOf(entry), added: added.length > 0 };
  },
  async remove({ confirm, detail, ...scope }, { suppressions, now }) {
    const removal = {
      ...scope,
      address: readSubject(scope.address),
      method: 'api',
      at: now,
      detail,
    } as const;
    if (!confirm) await refuseGrave(removal, { suppressions, now });
    return { ...scopeOf(removal), removed: await suppressions.remove(removal) };
  },
  async check({ class: messageClass = 'marketing', ...scope }, { suppressions, now }) {
    const address = readSubject(scope.address);
    const entries = (await suppressions.find([address], now)).get(address) ?? [];
    const reason = holdReason(entries, { messageClass, listTopic: scope.listTopic, sendAnyway: false });
    const failure = reason && holdFailure(reason);
    const hold = failure ? { held: true, code: failure.code, reason: failure.message } : { held: false };
    return { ...scopeOf({ ...scope, address }), ...hold, entries };
  },
  async history({ address }, { suppressions }) {
    const subject = readSubject(address);
    return { address: subject, events: await suppressions.history(subject) };
  },
  async erase({ address }, { suppressions, now }) {
    return { erased: await suppressions.erase(readSubject(address), now) };
  },
  count: async (_request, { suppressions }) => ({ count: await suppressions.count() }),
  list: async ({ limit = defaultPage, after }, { suppressions }) => suppressions.list({ limit, after }),
  async import({ csv, ...options }, { suppressions, now }) {
    return importSuppressions(piecesOf(csv), { ...options, list: suppressions, now });
  },
  async export(_request, { suppressions }) {
    const pieces: string[] = [];
    for await (const piece of exportSuppressions(suppressions)) pieces.push(piece);
    return { csv: pieces.join('') };
  },
};

const pieceLength = 65_536;

/** A piece at a time, so that a long text is not parsed in one go. */
async function* piecesOf(csv: unknown): AsyncGenerator<string | Uint8Array> {
  if (typeof csv !== 'string' && !types.isUint8Array(csv)) {
    throw new EmailError('bad-request', { field: 'csv', detail: { why: 'it must be a text or a Buffer' } });
  }
  for (let at = 0; at < csv.length; at += pieceLength) yield csv.slice(at, at + pieceLength);
}

/** One checked address, or `@domain`. */
function readSubject(text: string): string {
  if (!text.startsWith('@')) return readMailbox(text, 'address').address;
  return `@${readDomainName(text.slice(1), 'address', text)}`;
}

function scopeOf({ address, listTopic }: { address: string; listTopic?: string }): object {
  return listTopic === undefined ? { address } : { address, listTopic };
}

interface Scope {
  readonly address: string;
  readonly listTopic?: string;
}

/** What a person or a mail server said is taken back only on purpose. */
async function refuseGrave({ address, listTopic }: Scope, { suppressions, now }: ManageRooms): Promise<void> {
  const entries = (await suppressions.find([address], now)).get(address) ?? [];
  const isGrave = (entry: Suppression): boolean =>
    (entry.cause === 'complaint' || entry.cause === 'hard-bounce') &&
    entry.listTopic === listTopic &&
    entry.address.startsWith('@') === address.startsWith('@');
  if (!entries.some(isGrave)) return;
  throw new EmailError('confirmation-needed', { field: 'confirm', detail: { value: address } });
}
