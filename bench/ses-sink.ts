/**
 * The two sending calls of Amazon SES, as cheap as Node allows, in a process of its own: it takes everything, checks
 * nothing and keeps nothing.
 */
import { createServer } from 'node:http';
import { serveRunner } from './serve-runner.ts';

let taken = 0;

const server = createServer((request, response) => {
  const isBulk = request.url?.endsWith('/outbound-bulk-emails');
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => isBulk && chunks.push(chunk));
  request.on('end', () => {
    const answer = isBulk ? takeBulk(Buffer.concat(chunks).toString()) : takeOne();
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
      .end(answer);
  });
});

function takeOne(): string {
  taken += 1;
  return `{"MessageId":"sink-${taken}"}`;
}

function takeBulk(body: string): string {
  const { BulkEmailEntries } = JSON.parse(body);
  const results = BulkEmailEntries.map(() => ({ Status: 'SUCCESS', MessageId: `sink-${++taken}` }));
  return JSON.stringify({ BulkEmailEntryResults: results });
}

serveRunner(server, () => taken);
