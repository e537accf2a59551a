/**
 * A mail server that takes everything and keeps nothing, as cheap as Node allows, in a process of its own: the sender
 * is what is measured. Understands PIPELINING. Prints its port, then the number of mails taken for each line it reads.
 */
import { createServer, type Socket } from 'node:net';

let taken = 0;

const greeting = '220 sink ESMTP\r\n';
const capabilities = '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800\r\n';
const endOfData = Buffer.from('\r\n.\r\n');

function serve(socket: Socket): void {
  let buffered = Buffer.alloc(0);
  let inData = false;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write(greeting);
  socket.on('data', (chunk) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    let answer = '';
    for (;;) {
      const end = inData ? buffered.indexOf(endOfData) : buffered.indexOf(10);
      if (end === -1) break;
      const line = inData ? '' : buffered.toString('latin1', 0, end).trim().toUpperCase();
      buffered = buffered.subarray(end + (inData ? endOfData.length : 1));
      if (inData) taken++;
      answer += inData ? '250 2.0.0 Ok: queued as SINK\r\n' : reply(line);
      inData = !inData && line === 'DATA';
    }
    if (answer !== '') socket.write(answer);
  });
}

function reply(command: string): string {
  if (command.startsWith('EHLO')) return capabilities;
  if (command === 'DATA') return '354 go ahead\r\n';
  if (command === 'QUIT') return '221 bye\r\n';
  return '250 2.1.0 Ok\r\n';
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : 0);
});
process.stdin.on('data', () => console.log(taken));
process.stdin.on('end', () => process.exit(0));
