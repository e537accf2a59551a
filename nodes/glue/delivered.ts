/**
 * Node-RED passes a message on in a later turn of the event loop, and a deploy drops what is on its way. What was sent in
 * the turn of a deploy is therefore not noted as handed over, and comes out once more rather than never.
 */
export function delivered(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
