import assert from 'node:assert/strict';
import { PauseNote } from '../../../nodes/lib/outbound/pause-note.ts';

function stage(stored?: string) {
  const notes = new Map([['paused', stored]]);
  const store = {
    readNote: async (name: string) => notes.get(name),
    writeNote: async (name: string, value: string | undefined) => void notes.set(name, value),
  };
  return { store, note: new PauseNote(store), stored: () => notes.get('paused') };
}

describe('PauseNote', () => {
  it('finds the reason of the last run', async () => {
    const { note } = stage('by hand');
    await note.read();
    assert.equal(note.reason, 'by hand');
  });

  it('does not overrule who paused before it was read', async () => {
    const { note, store } = stage();
    store.writeNote = async () => {};
    await note.set('too many bounces');
    await note.read();
    assert.equal(note.reason, 'too many bounces');
  });

  it('keeps a pause and its end for the next run', async () => {
    const { note, stored } = stage();
    await note.set('by hand');
    assert.equal(stored(), 'by hand');
    await note.clear();
    assert.deepEqual([note.reason, stored()], [undefined, undefined]);
  });

  it('goes on pausing while the store does not take its end', async () => {
    const { note, store } = stage('by hand');
    await note.read();
    store.writeNote = () => Promise.reject(new Error('disk full'));
    await assert.rejects(note.clear());
    assert.equal(note.reason, 'by hand');
  });
});
