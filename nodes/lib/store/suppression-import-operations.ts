/**
 * A load of entries, all or none, without a transaction that would make mails wait: entries are gathered in a file of
 * their own; one commit decides that they belong to the list; then they are added step by step, after a crash too.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { beforeAllPieces, ImportFile, type PiecePlace } from './import-file.ts';
import { noteOperations } from './note-operations.ts';
import { EntryUnpacker } from './packed-entries.ts';
import type { StoreContext } from './store-context.ts';
import type { entryAdding } from './suppression-changes.ts';
import type { SuppressionFilter } from './suppression-filter.ts';
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
  readonly filter: Pick<SuppressionFilter, 'expect'>;
  /** With the last step of a load, in its transaction. */
  readonly onImported: (load: Imported) => void;
}

export interface Imported {
  /** ms since the epoch */
  readonly at: number;
  /** Entries that were not there. */
  readonly added: number;
}

/** Where the decided import stands: the last place gone through, and what was added so far. */
interface Standing extends Imported, PiecePlace {}

const note = 'suppression-import';

export function importOperations(context: StoreContext, { state, addEntry, filter, onImported }: Rooms) {
  const load = loadPlace(context);
  const { standing } = load;
  const unpacker = new EntryUnpacker();
  const step = ({ at, added: addedBefore, ...place }: Standing): ImportStep => {
    const { entries, last } = load.current().read(place);
    const all = unpacker.unpack(entries).map(({ entry, hashes }) => addEntry(entry, hashes));
    const added = all.filter(({ outcome }) => outcome !== undefined);
    const soFar = { at, added: addedBefore + added.length };
    if (added.length > 0) state.changed(added.filter(({ outcome }) => outcome === 'new').length);
    standing.write(last && { ...last, ...soFar });
    if (!last && soFar.added > 0) onImported(soFar);
    if (!last) context.afterCommit.push(load.end);
    const erased = all.filter(({ ofErased }) => ofErased).length;
    return { added: added.length, erased, worked: all.length, more: last !== undefined };
  };
  return {
    isUnderWay: () => standing.read() !== undefined,
    operations: {
      'suppression.import.begin': load.begin,
      'suppression.import.stage': (entries: Uint8Array): void => {
        context.reserve.requireRoom();
        load.current().add(entries);
      },
      'suppression.import.decide': (at: number): void => {
        load.current().seal();
        filter.expect(state.entries() + load.current().staged);
        standing.write({ ...beforeAllPieces, at, added: 0 });
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
