import type { Node, NodeMessageInFlow } from 'node-red';
import { flowError } from './flow-error.ts';

export type Send = (messages: (NodeMessageInFlow | null)[]) => void;

/**
 * Gives a node an async input handler. `done` is called exactly once: when the work is over, or with its failure.
 * Node-RED tells handlers apart by their number of parameters and ends the process on an unhandled rejection, so no
 * node listens to `input` by itself.
 */
export function onInput(node: Node, work: (message: NodeMessageInFlow, send: Send) => Promise<void>): void {
  node.on('input', (message, send, done) => {
    work(message, send as Send).then(
      () => done(),
      (thrown: unknown) => done(flowError(thrown)),
    );
  });
}
