/** A mail server that takes everything and keeps nothing, as cheap as Node allows. Counts mails by their final dots. */
import { createServer, type Socket } from 'node:net';
import { serveRunner } from './serve-runner.ts';
import { smtpDialogue } from './smtp-dialogue.ts';

let taken = 0;
/** Since it was last asked for; ms since the epoch. */
let firstAt = 0;

const greeting = '220 sink ESMTP\r\n';
const capabilities = '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800\r\n';

/** `answerAfter`: ms from a mail to the answer; what comes meanwhile is answered with it. */
export function runSmtpSink(answerAfter = 0): void {
  serveRunner(
    createServer((socket) => serve(socket, answerAfter)),
    () => taken,
  );
}

function serve(socket: Socket, answerAfter: number): void {
  const answersTo = smtpDialogue({ reply, accept: () => accept(wait) });
  let owed = '';
  let isWaiting = false;
  const answer = (): void => {
    isWaiting = false;
    if (owed !== '') socket.write(owed);
    owed = '';
  };
  const wait = (): void => {
    if (answerAfter === 0 || isWaiting) return;
    isWaiting = true;
    setTimeout(answer, answerAfter);
  };
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write(greeting);
  socket.on('data', (chunk) => {
    owed += answersTo(chunk);
    if (!isWaiting) answer();
  });
}

function accept(wait: () => void): string {
  wait();
  taken++;
  firstAt ||= Date.now();
  return '250 2.0.0 Ok: queued as SINK\r\n';
}

function reply(command: string): string {
  if (command.startsWith('EHLO')) return capabilities;
  if (command === 'DATA') return '354 go ahead\r\n';
  if (command === 'QUIT') return '221 bye\r\n';
  if (command === 'XFIRST') return tellFirst();
  return '250 2.1.0 Ok\r\n';
}

/** Asked for by variants that measure how long the first mail takes. */
function tellFirst(): string {
  const answer = `250 ${firstAt}\r\n`;
  firstAt = 0;
  return answer;
}
