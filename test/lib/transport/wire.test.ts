import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readRoute } from '../../../nodes/lib/settings/read-route.ts';
import { compileMail } from '../../../nodes/lib/template/compile-mail.ts';
import { openSmtpTransport } from '../../../nodes/lib/transport/smtp-transport.ts';
import type { Transport } from '../../../nodes/lib/transport/transport.ts';
import { buildContent, buildCopy } from '../../support/build-content.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type MailSink, openMailSink } from '../../support/mail-sink.ts';

/** What a body could end a mail with, or begin another. */
const piece = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '\n',
    '\r\n',
    '\r',
    '.\n',
    '\n.\n',
    '\r\n.\r\n',
    '\nMAIL FROM:<eve@example.org>\n',
    'QUIT\n',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
const file = fc.uint8Array({ maxLength: 200 });

describe('a mail on the wire', () => {
  let sink: MailSink;
  let transport: Transport;
  before(async () => {
    sink = await openMailSink();
    const config = { route: 'smtp', host: '127.0.0.1', port: sink.port, security: 'none', login: 'none' };
    const route = readRoute({ config, credentials: {}, ownDomain: 'example.com' });
    assert.ok(route.kind === 'smtp');
    const timeouts = { connection: 5000, greeting: 5000, socket: 5000, whole: 60_000 };
    transport = openSmtpTransport(route, { clock: fakeClock(), limit: 1, timeouts });
  });
  after(async () => {
    await transport.close();
    await sink.close();
  });

  it('comes as it was written, one for one, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(text, file, async (body, content) => {
        const attachments = [{ filename: 'x.bin', contentType: 'application/octet-stream', content }];
        const compiled = await compileMail(buildContent({ text: body, html: `<p>${body}</p>`, attachments }));
        const raw = compiled.render(buildCopy());
        const before = sink.mails.length;
        await transport.deliver({ envelope: { from: 'shop@example.com', to: ['ann@example.net'] }, raw });
        const [mail, ...others] = (await sink.holds(before + 1)).slice(before);
        assert.equal(mail?.raw.toString('latin1'), raw.toString('latin1'));
        assert.deepEqual([mail?.from, mail?.to, others.length], ['shop@example.com', ['ann@example.net'], 0]);
      }),
      { numRuns: 150 },
    );
  });
});
