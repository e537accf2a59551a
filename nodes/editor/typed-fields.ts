type Types = readonly (string | TypedInputType)[];

export const message = ['msg', 'flow', 'global'] as const;
const line = [...message, 'str', 'jsonata', 'env'] as const;
const time = [...message, 'str', 'num', 'jsonata'] as const;
const data = [...message, 'json', 'jsonata'] as const;

/** What each typed field of send-email can be taken from; the first is what a new node starts with. */
const types: Record<string, Types> = {
  to: [...line, 'json'],
  cc: [...line, 'json'],
  bcc: [...line, 'json'],
  from: line,
  replyTo: line,
  inReplyTo: line,
  references: line,
  subject: line,
  payload: [...message, 'str', 'jsonata'],
  plaintext: [...message, 'str', 'jsonata'],
  substitutions: data,
  attachments: data,
  filename: line,
  headers: data,
  listTopic: line,
  sendAt: time,
  expireAt: time,
  validity: [...message, 'num', 'jsonata', 'env'],
  idempotencyKey: line,
  correlationId: line,
  callbackData: [...line, 'json'],
  unsubscribeUrl: line,
  unsubscribeMailto: line,
  unsubscribeSubject: line,
};

/** Fields with few possible values: those are offered as a list, saved as a plain string. */
const choices: Record<string, readonly string[]> = {
  messageClass: ['transactional', 'marketing'],
  priority: ['high', 'normal', 'low'],
};

export function prepareTypedFields(node: EditorNode): void {
  for (const [name, offered] of Object.entries(types)) offer(name, offered);
  for (const [name, values] of Object.entries(choices)) offer(name, choiceTypes(node, name, values));
}

function offer(name: string, offered: Types): void {
  $(`#node-input-${name}`).typedInput({
    default: 'msg',
    types: [...offered],
    typeField: `#node-input-${name}Type`,
  });
}

function choiceTypes(node: EditorNode, name: string, values: readonly string[]): Types {
  const options = values.map((value) => ({ value, label: node._(`send-email.${name}.${value}`) }));
  return [
    { value: 'str', label: node._('send-email.choice'), icon: 'fa fa-list-ul', options },
    ...message,
    'jsonata',
    'env',
  ];
}
