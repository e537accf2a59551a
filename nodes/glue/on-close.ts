import type { Node } from 'node-red';
import { asEmailError } from '../lib/kernel/errors.ts';

/** Gives a node an async close handler: Node-RED waits for it (15 s at most), and its failure is logged. */
export function onClose(node: Node, work: () => Promise<void>): void {
  node.on('close', (done: () => void) => {
    work()
      .catch((thrown: unknown) => node.error(asEmailError(thrown).message))
      .finally(done);
  });
}
