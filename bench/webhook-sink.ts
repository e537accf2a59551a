/**
 * A receiver of webhooks that answers 204 to each, checks nothing and keeps nothing, as cheap as Node allows, in a process
 * of its own: the sender is what is measured.
 */
import { createServer, type Socket } from 'node:net';
import { serveRunner } from './serve-runner.ts';

let taken = 0;

const answer = 'HTTP/1.1 204 No Content\r\n\r\n';

function serve(socket: Socket): void {
  let buffered = '';
  socket.setNoDelay(true).setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    buffered += chunk;
    let answers = '';
    for (let end = endOfRequest(buffered); end <= buffered.length; end = endOfRequest(buffered)) {
      buffered = buffered.slice(end);
      taken += 1;
      answers += answer;
    }
    if (answers !== '') socket.write(answers);
  });
}

/** Infinite until its head is there. */
function endOfRequest(text: string): number {
  const endOfHead = text.indexOf('\r\n\r\n');
  if (endOfHead < 0) return Number.POSITIVE_INFINITY;
  const [, length = '0'] = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, endOfHead)) ?? [];
  return endOfHead + 4 + Number(length);
}

serveRunner(createServer(serve), () => taken);
