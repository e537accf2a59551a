/** Bars come in, one picture goes out: SVG without script, light or dark as its reader's system is. Pure. */

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Of all rounds. */
  readonly low: number;
  readonly high: number;
  /** The value as it is written beside the bar. */
  readonly text: string;
  readonly isOurs: boolean;
  /** Where it would end if it just reached a target. */
  readonly marks: readonly number[];
}

export interface Chart {
  /** of its file */
  readonly name: string;
  readonly title: string;
  /** What the bars are long by. */
  readonly scale: string;
  readonly bars: readonly Bar[];
  /** Sentences below. */
  readonly notes: readonly string[];
}

const width = 700;
const margin = 16;
/** Kept free behind the longest bar, for its text. */
const textRoom = 90;
const barHeight = 16;
const barStep = 50;

/** What the characters of a line are wide on average, as a part of the size of the type, in the widest usual typeface. */
const charWidth = 0.56;
const boldWidth = 0.66;

const style = `
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1f2328; }
  .paper { fill: #ffffff; } .quiet { fill: #59636e; } .bar { fill: #8c959f; } .ours { fill: #0969da; }
  .range { stroke: #1f2328; stroke-width: 1.5; } .mark { fill: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .paper { fill: #0d1117; } .quiet { fill: #9198a1; } .bar { fill: #656c76; }
    .ours { fill: #4493f8; } .range { stroke: #f0f6fc; } .mark { fill: #f0883e; }
  }`;

/** The same chart is always the same text. */
export function drawChart({ title, scale, bars, notes }: Chart): string {
  const longest = Math.max(...bars.flatMap(({ value, high, marks }) => [value, high, ...marks]), 0) || 1;
  const place = (value: number) => margin + (Math.max(value, 0) / longest) * (width - 2 * margin - textRoom);
  const top = 72;
  const lines = [...notes.flatMap((note) => wrap(note, 12)), legend(bars)];
  const below = top + bars.length * barStep;
  const height = below + lines.length * 18 + 18;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${toXml(title)}</title>`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    line(title, { y: 30, size: 18, weight: 600 }),
    line(scale, { y: 50, size: 13, kind: 'quiet' }),
    ...bars.flatMap((bar, index) => drawBar(bar, top + index * barStep, place)),
    ...lines.map((text, index) => line(text, { y: below + 18 + index * 18, size: 12, kind: 'quiet' })),
    '</svg>',
  ].join('\n')}\n`;
}

function legend(bars: readonly Bar[]): string {
  const range = 'Bar: median; thin line: all rounds';
  return bars.some(({ marks }) => marks.length > 0) ? `${range}; triangle: target.` : `${range}.`;
}

function drawBar(bar: Bar, top: number, place: (value: number) => number): string[] {
  const { label, value, low, high, text, isOurs, marks } = bar;
  const barTop = top + 20;
  const middle = barTop + barHeight / 2;
  const end = Math.max(...[value, high, ...marks].map(place));
  return [
    line(label, { y: top + 13, size: 13 }),
    `<rect class="${isOurs ? 'ours' : 'bar'}" x="${margin}" y="${barTop}" width="${short(place(value) - margin)}" height="${barHeight}" rx="2"/>`,
    `<line class="range" x1="${short(place(low))}" x2="${short(place(high))}" y1="${middle}" y2="${middle}"/>`,
    ...marks.map((mark) => drawMark(place(mark), barTop)),
    line(text, { x: end + 8, y: middle + 5, size: 13, weight: 600, room: textRoom - 8 }),
  ];
}

/** A triangle below the bar that points at its place. */
function drawMark(x: number, barTop: number): string {
  const tip = barTop + barHeight - 3;
  return `<path class="mark" d="M${short(x)} ${tip} l5 9 h-10 z"/>`;
}

interface Line {
  readonly x?: number;
  readonly y: number;
  readonly size: number;
  readonly weight?: number;
  readonly kind?: string;
  /** Longer text is cut. */
  readonly room?: number;
}

function line(text: string, set: Line): string {
  const { x = margin, y, size, weight, kind, room = width - 2 * margin } = set;
  const look = `${weight ? ` font-weight="${weight}"` : ''}${kind ? ` class="${kind}"` : ''}`;
  return `<text x="${short(x)}" y="${y}" font-size="${size}"${look}>${toXml(cut(text, room, set))}</text>`;
}

/** At most. Characters of other scripts may be as wide as the type is high. */
export function widthOf(text: string, size: number, isBold = false): number {
  const usual = isBold ? boldWidth : charWidth;
  const widths = [...text].map((character) => (character < '\u0300' ? usual : 1));
  return size * widths.reduce((sum, one) => sum + one, 0);
}

function cut(text: string, room: number, { size, weight }: Line): string {
  const isBold = weight !== undefined;
  if (widthOf(text, size, isBold) <= room) return text;
  const characters = [...text];
  while (characters.length > 0 && widthOf(`${characters.join('')}…`, size, isBold) > room) characters.pop();
  return `${characters.join('')}…`;
}

function wrap(text: string, size: number): string[] {
  const lines = [''];
  for (const word of text.split(/[ \n]+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (widthOf(longer, size) <= width - 2 * margin) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** XML has no way to write control characters, halves of characters and the last two of a plane. */
function toXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replace(/[&<>]/g, (found) => entities[found] ?? '');
}

/** A tenth of a pixel is enough. */
function short(value: number): string {
  return `${Number(value.toFixed(1))}`;
}
