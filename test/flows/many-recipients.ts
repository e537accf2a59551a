import type { FlowNode } from '../../demo/example-flows.ts';

/** The flow with its button asking for `count` personal copies, and a property of the user's own on the message. */
export function withMany(flows: readonly FlowNode[], count: number): FlowNode[] {
  const to = Array.from({ length: count }, (_, index) => `person-${index}@example.org`);
  const values = { name: 'Ada', likes: 'tea' };
  const props = [
    { p: 'to', v: JSON.stringify(to), vt: 'json' },
    { p: 'substitutions', v: JSON.stringify(values), vt: 'json' },
    { p: 'order', v: '17', vt: 'num' },
  ];
  return flows.map((node) => (node.type === 'inject' ? { ...node, props } : node));
}
