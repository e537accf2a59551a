/** A text in segments comes in; the same text in whole lines goes out, so that lines alike in all copies are encoded once. */
import type { Values } from './mail-content.ts';
import type { Segment } from './shared-mail.ts';

/** Every part but the last ends with a line feed, where no encoding looks back or ahead. */
export function wholeLines(segments: readonly Segment[]): Segment[] {
  const parts: Segment[] = [];
  let line: Segment[] = [];
  const endPart = (): void => {
    const part = joined(line);
    if (part !== '') parts.push(part);
    line = [];
  };
  for (const segment of segments) {
    const [before, after] = typeof segment === 'string' ? cut(segment, isAlike(line)) : [segment, ''];
    line.push(before);
    if (typeof before === 'string' && before.endsWith('\n')) endPart();
    for (const rest of cut(after, true)) {
      line.push(rest);
      if (rest.endsWith('\n')) endPart();
    }
  }
  endPart();
  return parts;
}

/** What ends at its last line feed, if all so far is alike, or at its first, and what follows. */
function cut(text: string, toLast: boolean): [string, string] {
  const end = (toLast ? text.lastIndexOf('\n') : text.indexOf('\n')) + 1;
  return end === 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
}

function isAlike(line: readonly Segment[]): boolean {
  return line.every((segment) => typeof segment === 'string');
}

function joined(line: readonly Segment[]): Segment {
  if (isAlike(line)) return line.join('');
  const write = (values: Values) => (segment: Segment) =>
    typeof segment === 'string' ? segment : segment(values);
  return (values) => line.map(write(values)).join('');
}
