import { labelCopyButtons } from './editor/copy-buttons.ts';
import { openRows, rowsOf } from './editor/editable-rows.ts';
import { isNumberWithin, isWholeWithin, listOf } from './editor/field-checks.ts';
import { fillEmptySelects } from './editor/fill-empty-selects.ts';
import { givenSecrets } from './editor/given-secrets.ts';
import { markErrors } from './editor/mark-errors.ts';
import { showWhen } from './editor/show-when.ts';
import { check, checkIfSet, siblingValue, watchDialog } from './editor/validate.ts';
import {
  authorizationColumns,
  hasUsableAuthorizations,
  isAllowedHost,
  isJsonObject,
  isSavedSecret,
  isTimeZone,
  isWebhookSecret,
  isWebhookUrl,
} from './editor/webhook-checks.ts';

import { openJsonEditors } from './editor/webhook-json.ts';
import { offerSecrets } from './editor/webhook-secrets.ts';
import { showWebhookState } from './editor/webhook-state.ts';
import { offerTestEvent } from './editor/webhook-test.ts';

const outputs = ['delivered', 'given-up'];

let closeEditors: (() => void) | undefined;

RED.nodes.registerType('webhook-out', {
  category: 'email',
  color: '#a9d3ec',
  icon: 'webhook-out.svg',
  inputs: 1,
  outputs: 2,
  outputLabels(index) {
    return this._(`webhook-out.output.${outputs[index]}`);
  },
  paletteLabel() {
    return this._('webhook-out.label');
  },
  label() {
    return this.name || this._('webhook-out.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  defaults: {
    name: { value: '' },
    app: { value: '', type: 'email-app', required: true },
    target: { value: 'url' },
    url: { value: '', validate: hasUrl },
    urlType: { value: 'str' },
    authorizations: { value: [], validate: hasAuthorizations },
    givenSecrets: { value: [] },
    format: { value: 'standard' },
    hash: { value: 'sha256' },
    timeZone: { value: 'UTC', validate: checkIfSet('time-zone', isTimeZone) },
    template: { value: '', validate: check('template', hasTemplate) },
    eventType: { value: 'topic', validate: typed('eventType') },
    eventTypeType: { value: 'msg' },
    eventData: { value: 'payload', validate: typed('eventData') },
    eventDataType: { value: 'msg' },
    schema: { value: '', validate: checkIfSet('schema', isJsonObject) },
    allowedHosts: {
      value: '',
      validate: checkIfSet('allowed-hosts', (text) => listOf(text).every(isAllowedHost)),
    },
    tls: { value: '', type: 'tls-config', required: false },
    concurrency: { value: '10', validate: checkIfSet('concurrency', (text) => isWholeWithin(text, 1, 100)) },
    timeout: { value: '10', validate: checkIfSet('timeout', (text) => isNumberWithin(text, 1, 60)) },
    giveUpAfter: {
      value: '3',
      validate: checkIfSet('give-up-after', (text) => isNumberWithin(text, 0.01, 30)),
    },
  },
  credentials: {
    secret: { type: 'password', validate: checkIfSet('secret', isUsableSecret) },
    previousSecret: { type: 'password', validate: checkIfSet('secret', isUsableSecret) },
    authorization: { type: 'password' },
  },
  oneditprepare() {
    watchDialog(this, 'node-input');
    const form = $('#webhook-out-form');
    fillEmptySelects(this, form);
    prepareTypedFields(this);
    openRows($('#node-input-authorizations-list'), authorizationColumns(this), this.authorizations);
    for (const name of ['target', 'format']) showWhen(form, $(`#node-input-${name}`), name);
    closeEditors = openJsonEditors(this);
    labelCopyButtons(this, form);
    offerSecrets(this);
    offerTestEvent(this);
    showWebhookState(this);
    markErrors(
      form,
      form
        .find('details')
        .get()
        .map((section) => ({ header: $(section).children('summary'), body: $(section) })),
    );
  },
  oneditsave() {
    this.givenSecrets = givenSecrets(this, 'node-input');
    this.authorizations = rowsOf($('#node-input-authorizations-list'));
    closeEditors?.();
  },
  oneditcancel() {
    closeEditors?.();
  },
  oneditdelete() {
    closeEditors?.();
  },
});

function typed(name: string) {
  return RED.validators.typedInput({ typeField: `${name}Type`, allowBlank: true });
}

function hasUrl(this: EditorNode, value: string, _options: object): boolean | string {
  if (siblingValue(this, 'target') === 'notify') return true;
  if (siblingValue(this, 'urlType') === 'env')
    return String(value).trim() !== '' || this._('webhook-out.check.url');
  return check('url', (text, node) => isWebhookUrl(text, listOf(siblingValue(node, 'allowedHosts')))).call(
    this,
    value,
    _options,
  );
}

function hasAuthorizations(this: EditorNode, value: unknown, _options: object): boolean | string {
  return hasUsableAuthorizations(value) || this._('webhook-out.check.authorizations');
}

function hasTemplate(text: string, node: EditorNode): boolean {
  return siblingValue(node, 'format') !== 'template' || isJsonObject(text);
}

function isUsableSecret(text: string, node: EditorNode): boolean {
  return siblingValue(node, 'format') === 'webex'
    ? text.length >= 16 || isSavedSecret(text)
    : isWebhookSecret(text);
}

function prepareTypedFields(node: EditorNode): void {
  const message = ['msg', 'flow', 'global'];
  const types = {
    url: ['str', 'env'],
    eventType: [...message, 'str', 'jsonata', 'env'],
    eventData: [...message, 'json', 'jsonata'],
  };
  for (const [name, offered] of Object.entries(types)) {
    for (const property of [name, `${name}Type`]) fillIfMissing(node, property);
    $(`#node-input-${name}`).typedInput({
      default: offered[0],
      types: offered,
      typeField: `#node-input-${name}Type`,
    });
  }
}

/** As `fillEmptySelects`, for the other fields. */
function fillIfMissing(node: EditorNode, name: string): void {
  if (node[name] === undefined) $(`#node-input-${name}`).val(String(node._def.defaults[name]?.value));
}
