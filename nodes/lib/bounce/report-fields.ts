/** The bytes of a machine-readable report part come in; its groups of fields (RFC 3464 §2.1) go out. */
import { decodeBytes } from '../mail/decode-words.ts';

export type FieldGroup = ReadonlyMap<string, string>;

const longestPart = 256 * 1024;
const longestField = 4000;
const mostLines = 10_000;

/** Lower-case names, unfolded values; the first of a name counts. Groups end at blank lines; empty ones are left out. */
export function readFieldGroups(content: Uint8Array): readonly FieldGroup[] {
  const groups: Map<string, string>[] = [];
  let group = new Map<string, string>();
  for (const line of unfold(decodeBytes(content.subarray(0, longestPart), 'utf-8'))) {
    if (line.trim() === '') {
      if (group.size > 0) groups.push(group);
      group = new Map();
      continue;
    }
    const [name, value] = splitField(line);
    if (startsRecipient(name, group)) {
      groups.push(group);
      group = new Map();
    }
    if (name !== '' && !group.has(name)) group.set(name, value);
  }
  return group.size > 0 ? [...groups, group] : groups;
}

/** Some servers leave out the blank line between the mail and its recipients, or between two recipients. */
function startsRecipient(name: string, group: FieldGroup): boolean {
  if (name === 'final-recipient') return group.has(name) || isAboutMail(group);
  return (
    name === 'original-recipient' && (group.has(name) || group.has('final-recipient')) && group.has('action')
  );
}

function isAboutMail(group: FieldGroup): boolean {
  return (group.has('reporting-mta') || group.has('arrival-date')) && !group.has('original-recipient');
}

function splitField(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  return [name, line.slice(colon + 1, colon + longestField).trim()];
}

function unfold(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/, mostLines)) {
    const isContinued = /^[ \t]+\S/.test(line) && lines.length > 0 && lines.at(-1) !== '';
    if (!isContinued) lines.push(line);
    else if ((lines.at(-1) ?? '').length < longestField) lines.push(`${lines.pop()} ${line.trim()}`);
  }
  return lines;
}
