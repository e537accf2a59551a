/** What a sink and the program that runs it say to each other, by lines. */
import type { Server } from 'node:net';

/** Prints the server's port; then, for each line read, what was taken and the µs of CPU used so far. */
export function serveRunner(server: Server, taken: () => number): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(typeof address === 'object' && address ? address.port : 0);
  });
  process.stdin.on('data', () => {
    const { user, system } = process.cpuUsage();
    console.log(`${taken()} ${user + system}`);
  });
  process.stdin.on('end', () => process.exit(0));
}
