import { apiKeyColumns, hasApiKeys, hasHeaderName, isApiRate } from './editor/api-keys.ts';
import { openRows, rowsOf } from './editor/editable-rows.ts';
import { fillEmptySelects } from './editor/fill-empty-selects.ts';
import { markErrors } from './editor/mark-errors.ts';
import { showWhen } from './editor/show-when.ts';
import { offerTemplates } from './editor/template-choice.ts';
import { openTypedBody } from './editor/typed-body.ts';
import { prepareTypedFields } from './editor/typed-fields.ts';
import { check, checkIfSet, siblingValue, watchDialog } from './editor/validate.ts';

const outputs = ['sent', 'suppressed', 'failed'];

let closeBodyEditors: (() => void) | undefined;

RED.nodes.registerType('send-email', {
  category: 'email',
  color: '#a9d3ec',
  icon: 'send-email.svg',
  inputs: 1,
  outputs: 3,
  outputLabels(index) {
    return this._(`send-email.output.${outputs[index]}`);
  },
  paletteLabel() {
    return this._('send-email.label');
  },
  label() {
    return this.name || this._('send-email.label');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  defaults: {
    name: { value: '' },
    app: { value: '', type: 'email-app', required: true },
    mode: { value: 'message' },
    to: { value: 'to', validate: typedRecipient },
    toType: { value: 'msg' },
    cc: { value: 'cc', validate: typed('cc') },
    ccType: { value: 'msg' },
    bcc: { value: 'bcc', validate: typed('bcc') },
    bccType: { value: 'msg' },
    from: { value: 'from', validate: typed('from') },
    fromType: { value: 'msg' },
    replyTo: { value: 'replyTo', validate: typed('replyTo') },
    replyToType: { value: 'msg' },
    inReplyTo: { value: 'inReplyTo', validate: typed('inReplyTo') },
    inReplyToType: { value: 'msg' },
    references: { value: 'references', validate: typed('references') },
    referencesType: { value: 'msg' },
    subject: { value: 'topic', validate: typed('subject') },
    subjectType: { value: 'msg' },
    bodySource: { value: 'message' },
    payload: { value: 'payload', validate: typed('payload') },
    payloadType: { value: 'msg' },
    plaintext: { value: 'plaintext', validate: typed('plaintext') },
    plaintextType: { value: 'msg' },
    format: { value: 'auto' },
    html: { value: '', validate: check('body', hasBody) },
    text: { value: '' },
    template: { value: '', validate: check('template', hasTemplate) },
    templateType: { value: 'str' },
    substitutions: { value: 'substitutions', validate: typed('substitutions') },
    substitutionsType: { value: 'msg' },
    attachments: { value: 'attachments', validate: typed('attachments') },
    attachmentsType: { value: 'msg' },
    filename: { value: 'filename', validate: typed('filename') },
    filenameType: { value: 'msg' },
    headers: { value: 'mailHeaders', validate: typed('headers') },
    headersType: { value: 'msg' },
    messageClass: { value: 'transactional', validate: typed('messageClass') },
    messageClassType: { value: 'str' },
    listTopic: { value: 'listTopic', validate: typed('listTopic') },
    listTopicType: { value: 'msg' },
    copies: { value: 'personal' },
    replyWhen: { value: 'sent' },
    priority: { value: 'priority', validate: typed('priority') },
    priorityType: { value: 'msg' },
    sendAt: { value: 'sendAt', validate: typed('sendAt') },
    sendAtType: { value: 'msg' },
    expireAt: { value: 'expireAt', validate: typed('expireAt') },
    expireAtType: { value: 'msg' },
    validity: { value: 'validity', validate: typed('validity') },
    validityType: { value: 'msg' },
    idempotencyKey: { value: 'idempotencyKey', validate: typed('idempotencyKey') },
    idempotencyKeyType: { value: 'msg' },
    correlationId: { value: 'correlationId', validate: typed('correlationId') },
    correlationIdType: { value: 'msg' },
    callbackData: { value: 'callbackData', validate: typed('callbackData') },
    callbackDataType: { value: 'msg' },
    unsubscribeUrl: { value: 'unsubscribeUrl', validate: typed('unsubscribeUrl') },
    unsubscribeUrlType: { value: 'msg' },
    unsubscribeMailto: { value: 'unsubscribeMailto', validate: typed('unsubscribeMailto') },
    unsubscribeMailtoType: { value: 'msg' },
    unsubscribeSubject: { value: 'unsubscribeSubject', validate: typed('unsubscribeSubject') },
    unsubscribeSubjectType: { value: 'msg' },
    trackOpens: { value: false },
    trackClicks: { value: false },
    callersNeedKey: { value: false },
    apiKeyPlace: { value: 'header' },
    apiKeyHeader: { value: 'key', validate: check('apiKeyHeader', hasHeaderName) },
    apiKeys: { value: [], validate: checkApiKeys },
    apiRate: { value: '600', validate: checkIfSet('apiRate', isApiRate) },
  },
  oneditprepare() {
    watchDialog(this, 'node-input');
    const form = $('#send-email-form');
    fillEmptySelects(this, form);
    prepareTypedFields(this);
    offerTemplates(this);
    closeBodyEditors = openTypedBody(this);
    openRows($('#node-input-apiKeys-list'), apiKeyColumns(this), this.apiKeys);
    for (const name of ['mode', 'bodySource', 'callersNeedKey', 'apiKeyPlace']) {
      showWhen(form, $(`#node-input-${name}`), name.toLowerCase());
    }
    const sections = form.find('details').get();
    markErrors(
      form,
      sections.map((section) => ({ header: $(section).children('summary'), body: $(section) })),
    );
  },
  oneditsave() {
    this.apiKeys = rowsOf($('#node-input-apiKeys-list'));
    closeBodyEditors?.();
  },
  oneditcancel() {
    closeBodyEditors?.();
  },
  oneditdelete() {
    closeBodyEditors?.();
  },
});

function typed(name: string) {
  return RED.validators.typedInput({ typeField: `${name}Type`, allowBlank: true });
}

function typedRecipient(this: EditorNode, value: string, options: object): boolean | string {
  if (String(value).trim() === '' && siblingValue(this, 'mode') === 'message') {
    return this._('send-email.check.recipient');
  }
  return typed('to').call(this, value, options);
}

function checkApiKeys(this: EditorNode, rows: unknown, _options: object): true | string {
  return hasApiKeys(rows, this) || this._('send-email.check.apiKeys');
}

function hasBody(html: string, node: EditorNode): boolean {
  const fromMessage =
    siblingValue(node, 'mode') === 'request' || siblingValue(node, 'bodySource') !== 'typed';
  return fromMessage || html !== '' || siblingValue(node, 'text') !== '';
}

function hasTemplate(template: string, node: EditorNode): boolean {
  const unused = siblingValue(node, 'mode') === 'request' || siblingValue(node, 'bodySource') !== 'template';
  return unused || template !== '';
}
