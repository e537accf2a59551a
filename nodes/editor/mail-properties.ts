import type { PropertyTypes } from './rule-conditions.ts';

/** Where the parts of a received mail are, by their names in the catalogue. */
const paths = {
  subject: 'email.subject',
  from: 'email.from.address',
  'from-name': 'email.from.name',
  to: 'email.to.address',
  text: 'email.text',
  kind: 'email.kind',
  size: 'email.size',
  'attachment-name': 'email.attachments.filename',
  'attachment-type': 'email.attachments.contentType',
  dmarc: 'email.auth.dmarc',
  dkim: 'email.auth.dkim',
  spf: 'email.auth.spf',
  spam: 'email.verdicts.spam',
} as const;

const headers = 'email.headers.';
const known: readonly string[] = Object.values(paths);

/** The parts of a mail that a condition can ask about, so that nobody has to know their paths. */
export function mailProperties(node: EditorNode): PropertyTypes {
  const fixed = Object.entries(paths).map(([name, value]) => ({
    value,
    label: node._(`inbound-email.property.${name}`),
    hasValue: false,
  }));
  return {
    types: [...fixed, { value: 'header', label: node._('inbound-email.property.header') }],
    show(path) {
      if (known.includes(path)) return { type: path, value: '' };
      if (path.startsWith(headers)) return { type: 'header', value: path.slice(headers.length) };
      return { type: 'msg', value: path };
    },
    read(type, value) {
      if (type === 'header') return value && headers + value.toLowerCase();
      return type === 'msg' ? value : type;
    },
  };
}
