/** A request of mode "Manage" comes in and is carried out; what became of it goes out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import { readMailbox } from '../mail/address.ts';
import { readDomainName } from '../mail/domain-name.ts';
import { readCsvFile, writeCsvFile } from './csv-file.ts';
import { exportSuppressions } from './export-suppressions.ts';
import { holdFailure } from './hold-failure.ts';
import { type ImportProgress, importSuppressions } from './import-suppressions.ts';
import { type ManageAction, type ManageRequests, readManageRequest } from './manage-request.ts';
import type { Suppression, SuppressionList } from './suppression-list.ts';
import { holdReason, isGrave } from './suppression-policy.ts';

export interface ManageRooms {
  readonly suppressions: SuppressionList;
  readonly now: number;
  /** Files that a request may name lie below it; none may by default. */
  readonly fileFolder?: string;
  /** Of the app; true if it was paused. */
  readonly resume?: () => Promise<boolean>;
  /** Of an import or export; often. */
  readonly onProgress?: (progress: ListProgress) => void;
}

export type ListProgress = ImportProgress | { readonly phase: 'writing'; readonly rows: number };

/**
 * The result has the request's `action`, and its address and list topic if it had them. Throws EmailError
 * `bad-request`, `confirmation-needed`, `bad-address`, `bad-time`, `bad-csv`, `file-refused`, `bad-file`, and what the list is refused for.
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
    const erased = (await ownEntries(entry.address, { suppressions, now })).some((own) => own.erased);
    return { ...scopeOf(entry), added: added.length > 0, ...(erased && { erased }) };
  },
  async remove({ confirm, detail, ...scope }, { suppressions, now }) {
    const removal = {
      ...scope,
      address: readSubject(scope.address),
      graveToo: confirm,
      method: 'api',
      at: now,
      detail,
    } as const;
    if (!confirm && scope.cause === undefined) await refuseGrave(removal, { suppressions, now });
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
  async import({ csv, file, ...options }, { suppressions, now, onProgress, fileFolder }) {
    if ((csv === undefined) === (file === undefined)) {
      throw new EmailError('bad-request', { field: 'csv', detail: { why: 'give either csv or file' } });
    }
    const pieces = file === undefined ? piecesOf(csv) : readCsvFile(fileFolder, file);
    return importSuppressions(pieces, { ...options, list: suppressions, now, onProgress });
  },
  async export({ file }, { suppressions, onProgress, fileFolder }) {
    let rows = 0;
    const pieces = exportSuppressions(suppressions, (written) => {
      rows = written;
      onProgress?.({ phase: 'writing', rows });
    });
    if (file === undefined) return { csv: await joined(pieces), rows };
    await writeCsvFile(fileFolder, file, pieces);
    return { file, rows };
  },
  resume: async (_request, { resume }) => ({ resumed: (await resume?.()) ?? false }),
};

const pieceLength = 65_536;

/** A piece at a time, so that a long text is not parsed in one go. */
async function* piecesOf(csv: unknown): AsyncGenerator<string | Uint8Array> {
  if (typeof csv !== 'string' && !types.isUint8Array(csv)) {
    throw new EmailError('bad-request', { field: 'csv', detail: { why: 'it must be a text or a Buffer' } });
  }
  for (let at = 0; at < csv.length; at += pieceLength) yield csv.slice(at, at + pieceLength);
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.join('');
}

/** One checked address, or `@domain`. */
function readSubject(text: string): string {
  if (!text.startsWith('@')) return readMailbox(text, 'address').address;
  return `@${readDomainName(text.slice(1), 'address', text)}`;
}

function scopeOf({ address, listTopic }: { address: string; listTopic?: string }): object {
  return listTopic === undefined ? { address } : { address, listTopic };
}

/** Those for the subject itself: not the domain's, if it is an address. */
async function ownEntries(subject: string, { suppressions, now }: ManageRooms): Promise<Suppression[]> {
  const entries = (await suppressions.find([subject], now)).get(subject) ?? [];
  return entries.filter(({ address }) => address.startsWith('@') === subject.startsWith('@'));
}

interface Scope {
  readonly address: string;
  readonly listTopic?: string;
}

/** What a person or a mail server said is taken back only on purpose. */
async function refuseGrave({ address, listTopic }: Scope, rooms: ManageRooms): Promise<void> {
  const entries = await ownEntries(address, rooms);
  if (!entries.some((entry) => isGrave(entry.cause) && entry.listTopic === listTopic)) return;
  throw new EmailError('confirmation-needed', { field: 'confirm', detail: { value: address } });
}
