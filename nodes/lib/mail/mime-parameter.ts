/** A parameter of a Content-* field goes in, the pieces it is written as come out (RFC 2045 §5.1, RFC 2231 §3, §4). */
import { escapeOctets } from './encoded-word.ts';

/** With `filename*0*=UTF-8''` before it and a semicolon after it, a line stays within 76 characters. */
const longestValue = 54;

/** Printable ASCII as one quoted-string, anything else or longer percent-encoded and, if need be, in numbered sections. */
export function mimeParameter(name: string, value: string): string[] {
  const quoted = `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (quoted.length <= longestValue && !/[^\x20-\x7e]/.test(value)) return [`${name}=${quoted}`];
  const sections = encodedSections(value);
  if (sections.length === 1) return [`${name}*=UTF-8''${sections[0]}`];
  return sections.map((section, index) => `${name}*${index}*=${index === 0 ? "UTF-8''" : ''}${section}`);
}

/** Never split inside a character: some readers decode each section by itself. */
function encodedSections(value: string): string[] {
  const sections: string[] = [];
  let section = '';
  for (const char of value) {
    const encoded = /[\w!#$&+.^`{}~|-]/.test(char) ? char : escapeOctets(char, '%');
    if (section.length + encoded.length > longestValue) {
      sections.push(section);
      section = '';
    }
    section += encoded;
  }
  return [...sections, section];
}
