/**
 * A receiver of webhooks in a process of its own. Prints its port, then a line for each post, before it answers; what it
 * reads it prints, too. It answers 503 to each tenth webhook when it sees it for the first time.
 *
 *     <answer> <webhook-id> <id in the body>
 */
import { writeSync } from 'node:fs';
import { createServer } from 'node:http';

const seen = new Set<string>();

const server = createServer(async (request, response) => {
  const id = String(request.headers['webhook-id']);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { data } = JSON.parse(Buffer.concat(chunks).toString());
  const status = id.endsWith('0') && !seen.has(id) ? 503 : 204;
  seen.add(id);
  writeSync(1, `${status} ${id} ${data.id}\n`);
  response.writeHead(status).end();
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  writeSync(1, `${typeof address === 'object' && address ? address.port : 0}\n`);
});
process.stdin.on('data', (line) => writeSync(1, line));
process.stdin.on('end', () => process.exit(0));
