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
    await note.read(0);
    assert.equal(note.reason, 'by hand');
  });

  it('does not overrule who paused before it was read', async () => {
    const { note, store } = stage();
    store.writeNote = async () => {};
    await note.set('too many bounces');
    await note.read(0);
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
    await note.read(0);
    store.writeNote = () => Promise.reject(new Error('disk full'));
    await assert.rejects(note.clear());
    assert.equal(note.reason, 'by hand');
  });

  it('hears within a second what another machine says', async () => {
    const { note, store } = stage();
    const shared = new PauseNote({ ...store, areShared: true });
    await shared.read(0);
    await note.set('by hand');
    await shared.read(999);
    assert.equal(shared.reason, undefined);
    await shared.read(1000);
    assert.equal(shared.reason, 'by hand');
    await note.clear();
    await shared.read(2000);
    assert.equal(shared.reason, undefined);
  });

  it('is not overruled by what was read before it paused', async () => {
    const { store } = stage();
    let answer = (_: string | undefined): void => {};
    const slow = { ...store, areShared: true, readNote: store.readNote };
    const note = new PauseNote(slow);
    await note.read(0);
    slow.readNote = () => new Promise((resolve) => (answer = resolve));
    const reading = note.read(5000);
    await note.set('by hand');
    answer(undefined);
    await reading;
    assert.equal(note.reason, 'by hand');
  });
});
