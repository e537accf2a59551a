/** The recipient as a report names it, `rfc822; <bob@example.com>`, comes in; the address goes out if it is one. */
import { receivedAddress } from '../received/received-addresses.ts';

const longestField = 1000;

export function reportedAddress(field: string | undefined): string | undefined {
  const text = (field ?? '').slice(0, longestField);
  const typed = /^\s*(rfc822|utf-8|x-local|unknown|smtp|local|dns)\s*;/i.exec(text)?.[0].length ?? 0;
  const plain = text.slice(typed).replace(/^\s*smtp:/i, '');
  const angle = /<([^<>]*)>/.exec(plain)?.[1] ?? plain;
  return receivedAddress(unquote(fromXtext(angle.trim())));
}

/** RFC 3461 §4; others write the address as it is, so only what can hardly stand in one is decoded. */
function fromXtext(text: string): string {
  return text.replace(/\+(2B|3D|40)/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function unquote(text: string): string {
  return text.replace(/^["']|["']$/g, '');
}
