import type { Node, NodeAPI, NodeStatus } from 'node-red';

/** How each condition looks; the texts are in the node's catalogue under `status`. */
export type Looks<Condition extends string> = Readonly<Record<Condition, Omit<NodeStatus, 'text'>>>;

export type StatusLine<Condition extends string> = (
  condition: Condition,
  values?: Readonly<Record<string, string | number>>,
) => void;

/** The only place that calls node.status; the same text twice is shown once. */
export function statusLine<Condition extends string>(
  RED: NodeAPI,
  node: Node,
  looks: Looks<Condition>,
): StatusLine<Condition> {
  let shown = '';
  return (condition, values = {}) => {
    const text = RED._(`${node.type}.status.${condition}`, values);
    if (text === shown) return;
    shown = text;
    node.status({ ...looks[condition], text });
  };
}
