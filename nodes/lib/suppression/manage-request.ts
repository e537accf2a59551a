/** What mode "Manage" takes: one shape for each action, checked before anything is done. */
import { EmailError } from '../kernel/errors.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import { type SchemaReader, schemaReader } from '../schema/schema-reader.ts';
import type { SuppressionCause } from './suppression-list.ts';

interface Addressed {
  /** An address, or `@domain` for a whole domain. */
  readonly address: string;
  /** Without it the whole app is meant. */
  readonly listTopic?: string;
}

export interface ManageRequests {
  /** `cause` is `manual` by default; `expiresAt` is in ms since the epoch. */
  readonly add: Addressed & { cause?: SuppressionCause; detail?: string; expiresAt?: number };
  /** A complaint or hard bounce goes only with `confirm: true`, or when its `cause` is named. */
  readonly remove: Addressed & { cause?: SuppressionCause; confirm?: boolean; detail?: string };
  readonly check: Addressed & { class?: 'marketing' | 'transactional' };
  readonly history: { address: string };
  readonly erase: { address: string };
  readonly count: object;
  readonly list: { limit?: number; after?: string };
  /**
   * `csv` is the text, or a Buffer with it in UTF-8; `file` is the path of one below the app's folder, for lists of any
   * length. One bad row stops it all, unless bad rows are to be skipped.
   */
  readonly import: { csv?: unknown; file?: string; skipBadRows?: boolean; dryRun?: boolean };
  /** Into the result, or into the file. */
  readonly export: { file?: string };
  /** Lets the app send again what it paused. */
  readonly resume: object;
}

export type ManageAction = keyof ManageRequests;
export type ManageRequest = {
  [Action in ManageAction]: { action: Action } & ManageRequests[Action];
}[ManageAction];

const address = { type: 'string', minLength: 3, maxLength: 300 };
const listTopic = { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' };
const detail = { type: 'string', maxLength: 500 };
const file = { type: 'string', minLength: 1, maxLength: 4096 };
const cause = { enum: ['unsubscribe', 'complaint', 'hard-bounce', 'soft-bounce', 'manual', 'import'] };
const addressed = { address, listTopic };

const shapes: Readonly<Record<ManageAction, { properties: object; required?: readonly string[] }>> = {
  add: {
    properties: { ...addressed, cause, detail, expiresAt: { type: 'integer', minimum: 100_000_000_000 } },
    required: ['address'],
  },
  remove: {
    properties: { ...addressed, cause, detail, confirm: { type: 'boolean' } },
    required: ['address'],
  },
  check: {
    properties: { ...addressed, class: { enum: ['marketing', 'transactional'] } },
    required: ['address'],
  },
  history: { properties: { address }, required: ['address'] },
  erase: { properties: { address }, required: ['address'] },
  count: { properties: {} },
  list: { properties: { limit: { type: 'integer', minimum: 1, maximum: 1000 }, after: { type: 'string' } } },
  import: {
    properties: { csv: true, file, skipBadRows: { type: 'boolean' }, dryRun: { type: 'boolean' } },
  },
  export: { properties: { file } },
  resume: { properties: {} },
};

/** Throws EmailError `bad-request` with the path at fault. */
export function readManageRequest(payload: unknown): ManageRequest {
  const action = isPlainRecord(payload) ? payload.action : undefined;
  if (typeof action === 'string' && isAction(action)) return readerOf(action)(payload, 'payload');
  const why = `it must be one of ${Object.keys(shapes).join(', ')}`;
  throw new EmailError('bad-request', { field: 'action', detail: { why } });
}

function isAction(name: string): name is ManageAction {
  return Object.hasOwn(shapes, name);
}

const readers = new Map<ManageAction, SchemaReader<ManageRequest>>();

function readerOf(action: ManageAction): SchemaReader<ManageRequest> {
  const { properties, required } = shapes[action];
  const reader =
    readers.get(action) ??
    schemaReader<ManageRequest>({
      type: 'object',
      additionalProperties: false,
      properties: { action: { const: action }, ...properties },
      required,
    });
  readers.set(action, reader);
  return reader;
}
