import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { parseMail } from '../../../nodes/lib/mail/parse-mail.ts';
import { readMessageRequest } from '../../../nodes/lib/request/message-request.ts';
import { readSendRequest } from '../../../nodes/lib/request/send-request.ts';
import { compileMail } from '../../../nodes/lib/template/compile-mail.ts';
import { escapeHtml } from '../../../nodes/lib/template/compile-template.ts';
import { buildCopy } from '../../support/build-content.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const rules = { settings: sampleSettings(), now: Date.UTC(2026, 10, 23) };

/** What would be a line, a field, a tag or a placeholder if somebody took it for one. */
const piece = fc.oneof(
  fc.constantFrom(
    '\r\nBcc: eve@example.org',
    '\n',
    '\0',
    '<b>',
    '"',
    '{{y}}',
    '$(y)',
    '{{{x}}}',
    '=?utf-8?Q?a?=',
    '=3D',
    '.\n',
    'ä',
    '😀',
    '\u202e',
    '--=_',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const text = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''));

/** Now and then, or next to nothing would be accepted. */
const often = (plain: string) => fc.oneof({ arbitrary: fc.constant(plain), weight: 5 }, text);

const wished = fc.record({
  name: often('name'),
  fromName: often('Größe'),
  subject: often('order'),
  value: text,
  file: often('ä.txt'),
  callback: often('c'),
});
type Wished = ReturnType<(typeof wished)['generate']>['value'];

const requestOf = ({ name, fromName, subject, value, file, callback }: Wished) => ({
  channel: 'email',
  from: 'shop@example.com',
  to: [{ email: ['ann@example.net'], substitutions: { x: value, s: subject } }],
  content: {
    type: 'html',
    subject: 'About {{s}}',
    html: '<p>[{{x}}]</p>',
    text: '[{{x}}]',
    attachments: [{ name: file, mimetype: 'text/plain', content: 'aGk=' }],
  },
  options: { fromName },
  substitutions: { y: 'of nobody', [name]: 'z' },
  callbackData: callback,
});

const lines = (given = ''): string => given.replace(/\r\n?/g, '\n').trim();

describe('a request with any texts in it', () => {
  it('is refused by a field of it, or becomes a mail that holds them and nothing else', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(wished, async (wish) => {
        const raw = await mailOf(requestOf(wish)).catch((thrown: unknown) => {
          assert.ok(thrown instanceof EmailError && thrown.code !== 'internal-error', String(thrown));
          assert.ok(thrown.field, `${thrown.message} names no field`);
          return undefined;
        });
        if (!raw) return;
        accepted += 1;
        const mail = await parseMail(raw);
        const value = wish.value.toWellFormed();
        assert.equal(lines(mail.text), lines(`[${value}]`));
        assert.equal(lines(mail.html), lines(`<p>[${escapeHtml(value)}]</p>`));
        assert.deepEqual(
          mail.headers.map(({ name }) => name),
          ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type'],
        );
        assert.deepEqual(
          mail.attachments.map(({ content }) => Buffer.from(content).toString()),
          ['hi'],
        );
      }),
      { numRuns: 200 },
    );
    assert.ok(accepted > 20, 'some were accepted');
  });

  it('is refused by a path that leads somewhere in it', async () => {
    const request = requestOf({
      name: 'n',
      fromName: 'f',
      subject: 's',
      value: 'v',
      file: 'a.txt',
      callback: 'c',
    });
    const places = fc.constantFrom(...placesIn(request));
    await fc.assert(
      fc.asyncProperty(places, fc.jsonValue({ maxDepth: 2 }), async (place, value) => {
        const changed = structuredClone(request);
        put(changed, place, value);
        const refusal = await mailOf(changed).catch((thrown: unknown) => thrown);
        if (!(refusal instanceof EmailError)) return;
        const steps = stepsOf(refusal.field ?? '').slice(0, -1);
        const around = steps.reduce<unknown>(
          (at, step) => (Object(at) as Record<string, unknown>)[step],
          changed,
        );
        assert.ok(around !== undefined, `there is no ${refusal.field} in it`);
      }),
      { numRuns: 400 },
    );
  });
});

async function mailOf(payload: unknown): Promise<Uint8Array> {
  const request = await readSendRequest(readMessageRequest(payload), rules);
  const compiled = await compileMail({ ...request, visibleCc: [] } as never);
  const [reader] = request.to;
  assert.ok(reader);
  return compiled.render(buildCopy({ to: reader, values: reader.values }));
}

type Path = readonly (string | number)[];

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.keys(value).flatMap((key) =>
    placesIn((value as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length > 0 ? [path, ...inside] : inside;
}

function put(root: object, path: Path, value: unknown): void {
  const parent = path.slice(0, -1).reduce<object>((at, step) => at[step as keyof object], root);
  Object.assign(parent, { [String(path.at(-1))]: value });
}

/** `a.b[0]["odd key"]` */
function stepsOf(field: string): string[] {
  return [...field.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, odd, index, plain]) => odd ?? index ?? plain ?? '',
  );
}
