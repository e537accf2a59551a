import { fillEmptySelects } from './editor/fill-empty-selects.ts';
import { areUsable, conditionsOf, openConditions } from './editor/rule-conditions.ts';
import { showWhen } from './editor/show-when.ts';
import { siblingValue, watchDialog } from './editor/validate.ts';

const outputs: Readonly<Record<string, readonly string[]>> = {
  filter: ['allowed', 'removed'],
  process: ['recorded', 'other', 'unconfirmed'],
  manage: ['result'],
};

RED.nodes.registerType('unsubscribe-filter', {
  category: 'email',
  color: '#a9d3ec',
  icon: 'unsubscribe-filter.svg',
  inputs: 1,
  outputs: 2,
  outputLabels(index) {
    return this._(`unsubscribe-filter.output.${outputsOf(String(this.mode))[index]}`);
  },
  paletteLabel() {
    return this._('unsubscribe-filter.label');
  },
  label() {
    return this.name || this._('unsubscribe-filter.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  defaults: {
    name: { value: '' },
    app: { value: '', type: 'email-app', required: true },
    mode: { value: 'filter' },
    recipients: { value: 'to', validate: isGivenForFilter },
    recipientsType: { value: 'msg' },
    messageClass: { value: 'marketing', validate: typed('messageClass') },
    messageClassType: { value: 'str' },
    listTopic: { value: 'listTopic', validate: typed('listTopic') },
    listTopicType: { value: 'msg' },
    ruleMatch: { value: 'any' },
    conditions: { value: [], validate: hasUsableConditions },
    outputs: { value: 2 },
  },
  oneditprepare() {
    watchDialog(this, 'node-input');
    const form = $('#unsubscribe-filter-form');
    fillEmptySelects(this, form);
    prepareTypedFields(this);
    openConditions(this, $('#node-input-conditions-list'), this.conditions);
    const mode = $('#node-input-mode');
    showWhen(form, mode, 'mode');
    mode.on('change', () => $('#node-input-outputs').val(outputsOf(String(mode.val())).length));
  },
  oneditsave() {
    this.conditions = conditionsOf($('#node-input-conditions-list'));
  },
});

function outputsOf(mode: string): readonly string[] {
  return outputs[mode] ?? outputs.filter ?? [];
}

function typed(name: string) {
  return RED.validators.typedInput({ typeField: `${name}Type`, allowBlank: true });
}

function isGivenForFilter(this: EditorNode, value: string, options: object): boolean | string {
  if (siblingValue(this, 'mode') !== 'filter') return true;
  if (String(value).trim() === '') return this._('unsubscribe-filter.check.recipients');
  return typed('recipients').call(this, value, options);
}

function hasUsableConditions(this: EditorNode, value: unknown, _options: object): boolean | string {
  if (siblingValue(this, 'mode') !== 'process' || areUsable(value)) return true;
  return this._('unsubscribe-filter.check.conditions');
}

function prepareTypedFields(node: EditorNode): void {
  const word = (key: string) => node._(`unsubscribe-filter.messageClass.${key}`);
  const choice = {
    value: 'str',
    label: word('choice'),
    icon: 'fa fa-list-ul',
    options: ['marketing', 'transactional'].map((value) => ({ value, label: word(value) })),
  };
  const types = {
    recipients: ['msg'],
    messageClass: [choice, 'msg', 'flow', 'global', 'jsonata', 'env'],
    listTopic: ['msg', 'flow', 'global', 'str', 'jsonata', 'env'],
  };
  for (const [name, offered] of Object.entries(types)) {
    fillIfMissing(node, name);
    fillIfMissing(node, `${name}Type`);
    $(`#node-input-${name}`).typedInput({
      default: 'msg',
      types: offered,
      typeField: `#node-input-${name}Type`,
    });
  }
}

/** As `fillEmptySelects`, for the other fields. */
function fillIfMissing(node: EditorNode, name: string): void {
  if (node[name] === undefined) $(`#node-input-${name}`).val(String(node._def.defaults[name]?.value));
}
