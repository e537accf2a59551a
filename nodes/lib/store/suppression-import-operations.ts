/**
 * A load of entries, all or none, without a transaction that would make mails wait: entries are gathered in a file of
 * their own; one commit decides that they belong to the list; then they are added step by step, after a crash too.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { buckets, ImportFile } from './import-file.ts';
import { noteOperations } from './note-operations.ts';
import type { StoreContext } from './store-context.ts';
import type { entryAdding } from './suppression-changes.ts';
import type { PostedEntry } from './suppression-rows.ts';
import type { SuppressionState } from './suppression-state.ts';

export interface ImportStep {
  readonly added: number;
  /** Of people who were erased. */
  readonly erased: number;
  /** Entries gone through in this step. */
  readonly worked: number;
  readonly more: boolean;
}

interface Rooms {
  readonly state: SuppressionState;
  readonly addEntry: ReturnType<typeof entryAdding>;
  /** With the last step of a load, in its transaction. */
  readonly onImported: (load: Imported) => void;
}

export interface Imported {
  /** ms since the epoch */
  readonly at: number;
  /** Entries that were not there. */
  readonly added: number;
}

/** Where the decided import stands: the next bucket, how many make a step, and what was added so far. */
interface Standing extends Imported {
  readonly next: number;
  readonly span: number;
}

const note = 'suppression-import';
/** About 15 ms of work. */
const entriesOfStep = 2000;

export function importOperations(context: StoreContext, { state, addEntry, onImported }: Rooms) {
  const load = loadPlace(context);
  const { standing } = load;
  const step = ({ next, span, at, added: addedBefore }: Standing): ImportStep => {
    const entries = load.current().read(next, next + span);
    const all = entries.map(addEntry);
    const added = all.filter(({ outcome }) => outcome !== undefined);
    const soFar = { at, added: addedBefore + added.length };
    if (added.length > 0) state.changed(added.filter(({ outcome }) => outcome === 'new').length);
    const more = next + span < buckets;
    standing.write(more ? { next: next + span, span, ...soFar } : undefined);
    if (!more && soFar.added > 0) onImported(soFar);
    if (!more) context.afterCommit.push(load.end);
    const erased = all.filter(({ ofErased }) => ofErased).length;
    return { added: added.length, erased, worked: entries.length, more };
  };
  return {
    isUnderWay: () => standing.read() !== undefined,
    operations: {
      'suppression.import.begin': load.begin,
      'suppression.import.stage': (entries: readonly PostedEntry[]): void => {
        context.reserve.requireRoom();
        load.current().add(entries);
      },
      'suppression.import.decide': (at: number): void => {
        load.current().seal();
        const span = Math.ceil((buckets * entriesOfStep) / Math.max(load.current().staged, 1));
        standing.write({ next: 0, span: Math.min(span, buckets), at, added: 0 });
      },
      'suppression.import.step': (_: undefined): ImportStep => {
        const where = standing.read();
        if (where) context.reserve.requireRoom();
        return where ? step(where) : { added: 0, erased: 0, worked: 0, more: false };
      },
      'suppression.import.drop': (_: undefined): void => {
        if (!standing.read()) load.end();
      },
    },
  };
}

/** Where the one import lies that may be under way. */
function loadPlace(context: StoreContext) {
  const file = join(dirname(context.file), 'import.sqlite');
  const standing = standingNote(context);
  let opened = recover(file, standing);
  let openedFor: string | undefined;
  const end = (): void => {
    const ended = opened;
    opened = undefined;
    try {
      ended?.drop();
    } catch {
      // The next opening removes the file.
    }
  };
  context.beforeClose.push(() => {
    if (standing.read()) opened?.close();
    else opened?.drop();
  });
  return {
    standing,
    /**
     * May be called twice with one id: a batch that failed is tried once more. The client has one load at a time, so
     * another that is still there was given up, and dropping it failed.
     */
    begin(id: string): void {
      if (standing.read()) throw new EmailError('import-running', { retryable: true });
      if (id !== openedFor) end();
      opened ??= ImportFile.create(file);
      openedFor = id;
    },
    current(): ImportFile {
      if (!opened) throw new Error('no import was begun');
      return opened;
    },
    end,
  };
}

function standingNote(context: StoreContext) {
  const { 'note.read': read, 'note.write': write } = noteOperations(context);
  return {
    read(): Standing | undefined {
      const value = read(note);
      return value === undefined ? undefined : (JSON.parse(value) as Standing);
    },
    write: (standing: Standing | undefined): void =>
      write({ name: note, value: standing && JSON.stringify(standing) }),
  };
}

/** What was decided goes on; anything else was cut off and is nobody's. */
function recover(file: string, standing: ReturnType<typeof standingNote>): ImportFile | undefined {
  if (standing.read() && existsSync(file)) return ImportFile.open(file);
  standing.write(undefined);
  ImportFile.remove(file);
  return undefined;
}
