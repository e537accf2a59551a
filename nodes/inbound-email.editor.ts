import { fillEmptySelects } from './editor/fill-empty-selects.ts';
import { areUsableRules, type NamedRule, openRules, positionsOf, rulesOf } from './editor/rule-list.ts';
import { showWhen } from './editor/show-when.ts';
import { watchDialog } from './editor/validate.ts';

/** Before those of the rules. */
const fixedOutputs = ['mail', 'automatic'];

RED.nodes.registerType('inbound-email', {
  category: 'email',
  color: '#a9d3ec',
  icon: 'inbound-email.svg',
  inputs: 0,
  outputs: 2,
  outputLabels(index) {
    const fixed = fixedOutputs[index];
    if (fixed) return this._(`inbound-email.output.${fixed}`);
    const position = index - fixedOutputs.length;
    const rules = (this.rules ?? []) as NamedRule[];
    return rules[position]?.name || this._('inbound-email.output.rule', { number: position + 1 });
  },
  paletteLabel() {
    return this._('inbound-email.label');
  },
  label() {
    return this.name || this._('inbound-email.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  defaults: {
    name: { value: '' },
    app: { value: '', type: 'email-app', required: true },
    content: { value: 'parsed' },
    includeAttachments: { value: true },
    take: { value: 'first' },
    rules: { value: [], validate: hasUsableRules },
    outputs: { value: 2 },
  },
  oneditprepare() {
    watchDialog(this, 'node-input');
    const form = $('#inbound-email-form');
    fillEmptySelects(this, form);
    showWhen(form, $('#node-input-content'), 'content');
    if (this.includeAttachments === undefined) $('#node-input-includeAttachments').prop('checked', true);
    openRules(this, $('#node-input-rules-list'), this.rules, (now) => keepWires(now, this.rules));
  },
  oneditsave() {
    const list = $('#node-input-rules-list');
    // Again, because Node-RED tells of a removed rule only after it has faded out.
    keepWires(positionsOf(list), this.rules);
    this.rules = rulesOf(this, list);
  },
});

/** Node-RED moves the wires as this map of outputs, old to new, tells; -1 for one that is gone, any name for a new one. */
function keepWires(positions: readonly (number | undefined)[], rules: unknown): void {
  const saved = Array.isArray(rules) ? rules.length : 0;
  const first = fixedOutputs.length;
  const map: Record<string, number> = Object.fromEntries(fixedOutputs.map((_, index) => [index, index]));
  for (let was = 0; was < saved; was++) map[was + first] = -1;
  positions.forEach((was, index) => {
    map[was === undefined ? `new${index}` : was + first] = index + first;
  });
  $('#node-input-outputs').val(JSON.stringify(map)).trigger('change');
}

function hasUsableRules(this: EditorNode, value: unknown, _options: object): boolean | string {
  return areUsableRules(value) || this._('inbound-email.check.rules');
}
