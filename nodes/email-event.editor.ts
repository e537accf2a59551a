import { watchDialog } from './editor/validate.ts';
import { eventGroups, usualTypes } from './lib/event/event-groups.ts';

RED.nodes.registerType('email-event', {
  category: 'email',
  color: '#a9d3ec',
  icon: 'email-event.svg',
  inputs: 0,
  outputs: 1,
  paletteLabel() {
    return this._('email-event.label');
  },
  label() {
    return this.name || this._('email-event.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  defaults: {
    name: { value: '' },
    app: { value: '', type: 'email-app', required: true },
    types: { value: usualTypes, validate: hasSome },
  },
  oneditprepare() {
    watchDialog(this, 'node-input');
    const chosen: readonly unknown[] = Array.isArray(this.types) ? this.types : usualTypes;
    $('#node-input-types-list').append(
      Object.entries(eventGroups).map(([group, types]) => checklist(this, group, types, chosen)),
    );
  },
  oneditsave() {
    this.types = $('#node-input-types-list input:checked')
      .get()
      .map((box) => String($(box).val()));
  },
});

function checklist(node: EditorNode, group: string, types: readonly string[], chosen: readonly unknown[]) {
  const legend = $('<legend>').text(node._(`email-event.group.${group}`));
  return $('<fieldset>').append(
    legend,
    types.map((type) => {
      const box = $('<input type="checkbox">').val(type).prop('checked', chosen.includes(type));
      const meaning = node._(`email-event.type.${type.replace('.', '-')}`);
      return $('<label class="email-check">').append(box, $('<code>').text(type), $('<span>').text(meaning));
    }),
  );
}

function hasSome(this: EditorNode, value: unknown, _options: object): boolean | string {
  return !Array.isArray(value) || value.length > 0 || this._('email-event.check.types');
}
