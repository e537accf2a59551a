import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';

/** Properties that the stock e-mail node took over and this one never reads, for they carried more than was meant. */
const ignored = ['headers', 'envelope', 'header'];

/** Says once by name that a property is not read. `msg.headers` of an HTTP request are not meant for us: no warning. */
export function warnOnce(RED: NodeAPI, node: Node): (message: NodeMessageInFlow) => void {
  const warned = new Set<string>();
  return (message) => {
    for (const name of ignored) {
      if (message[name] === undefined || warned.has(name) || (name === 'headers' && message.req)) continue;
      warned.add(name);
      node.warn(RED._('send-email.warning.ignored', { name: `msg.${name}` }));
    }
  };
}
