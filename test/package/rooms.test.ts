import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { find, read } from './project.ts';

const lib = 'nodes/lib';
/** One page leads out and back; see docs/decisions.md. */
const houses: Readonly<Record<string, string>> = { resubscribe: 'unsubscribe' };

function roomOf(file: string): string {
  const [room = ''] = posix.relative(lib, file).split('/');
  return houses[room] ?? room;
}

/** Room → the rooms that its files import from. */
function usedRooms(): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const file of find(`${lib}/**/*.ts`)) {
    const rooms = used.get(roomOf(file)) ?? new Set();
    used.set(roomOf(file), rooms);
    for (const [, path = ''] of read(file).matchAll(/from '(\.[^']+)'/g)) {
      rooms.add(roomOf(posix.join(posix.dirname(file), path)));
    }
  }
  return used;
}

/** Takes away again and again what uses nothing that is left. */
function circles(used: Map<string, Set<string>>): string[] {
  const left = new Map(used);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [room, others] of left) {
      if ([...others].every((other) => other === room || !left.has(other))) left.delete(room);
    }
  }
  return [...left.keys()];
}

describe('rooms of nodes/lib', () => {
  it('use only rooms below them', () => assert.deepEqual(circles(usedRooms()), []));

  it('would be found in a circle', () => {
    const used = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['a', 'c'])],
      ['c', new Set<string>()],
    ]);
    assert.deepEqual(circles(used), ['a', 'b']);
  });
});
