import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { mailStream } from '../../../nodes/lib/transport/mail-stream.ts';

const pieceSize = 65_536;

/** Takes everything at once, as a socket does whose buffer is large. */
function greedy() {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    highWaterMark: 1e9,
    write(piece, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  return { stream, taken: () => Buffer.concat(pieces) };
}

describe('mailStream', () => {
  for (const size of [0, 1, pieceSize, pieceSize + 1, 10 * pieceSize]) {
    it(`hands over a mail of ${size} bytes, and says when its last piece is read`, async () => {
      const raw = randomBytes(size);
      const { stream, taken } = greedy();
      let lasts = 0;
      const source = mailStream(raw, () => {
        lasts += 1;
        assert.ok(taken().length + pieceSize >= size);
      });
      source.pipe(stream);
      await finished(stream);
      assert.ok(taken().equals(raw));
      assert.equal(lasts, 1);
    });
  }

  it('lets others have their turn after each piece', async () => {
    let turns = 0;
    let isOver = false;
    const takeTurns = (): void => {
      turns += 1;
      if (!isOver) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    await pipeline(
      mailStream(Buffer.alloc(50 * pieceSize), () => {}),
      greedy().stream,
    );
    isOver = true;
    assert.ok(turns >= 40, `${turns}`);
  });

  it('reads no further once it was destroyed', async () => {
    let isRead = false;
    const stream = mailStream(Buffer.alloc(2 * pieceSize), () => {
      isRead = true;
    });
    stream.once('data', () => stream.destroy());
    await new Promise((resolve) => stream.once('close', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isRead, false);
  });
});
