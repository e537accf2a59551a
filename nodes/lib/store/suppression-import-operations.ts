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
  /** Entries gone through in this step. */
  readonly worked: number;
  readonly more: boolean;
}

interface Rooms {
  readonly state: SuppressionState;
  readonly addEntry: ReturnType<typeof entryAdding>;
}

/** Where the decided import stands: the next bucket, and how many make a step. */
interface Standing {
  readonly next: number;
  readonly span: number;
}

const note = 'suppression-import';
/** About 15 ms of work. */
const entriesOfStep = 2000;

export function importOperations(context: StoreContext, { state, addEntry }: Rooms) {
  const load = loadPlace(context);
  const { standing } = load;
  const step = ({ next, span }: Standing): ImportStep => {
    const entries = load.current().read(next, next + span);
    const outcomes = entries.map(addEntry).filter((outcome) => outcome !== undefined);
    if (outcomes.length > 0) state.changed(outcomes.filter((outcome) => outcome === 'new').length);
    const more = next + span < buckets;
    standing.write(more ? { next: next + span, span } : undefined);
    if (!more) context.afterCommit.push(load.end);
    return { added: outcomes.length, worked: entries.length, more };
  };
  return {
    isUnderWay: () => standing.read() !== undefined,
    operations: {
      'suppression.import.begin': load.begin,
      'suppression.import.stage': (entries: readonly PostedEntry[]): void => load.current().add(entries),
      'suppression.import.decide': (_: undefined): void => {
        load.current().seal();
        const span = Math.ceil((buckets * entriesOfStep) / Math.max(load.current().staged, 1));
        standing.write({ next: 0, span: Math.min(span, buckets) });
      },
      'suppression.import.step': (_: undefined): ImportStep => {
        const where = standing.read();
        return where ? step(where) : { added: 0, worked: 0, more: false };
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
  context.beforeClose.push(() => {
    if (standing.read()) opened?.close();
    else opened?.drop();
  });
  return {
    standing,
    /** May be called twice with one id: a batch that failed is tried once more. */
    begin(id: string): void {
      if (opened && id !== openedFor) throw new EmailError('import-running', { retryable: true });
      opened ??= ImportFile.create(file);
      openedFor = id;
    },
    current(): ImportFile {
      if (!opened) throw new Error('no import was begun');
      return opened;
    },
    end(): void {
      const ended = opened;
      opened = undefined;
      try {
        ended?.drop();
      } catch {
        // The next opening removes the file.
      }
    },
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
