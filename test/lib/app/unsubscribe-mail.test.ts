import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { parseMail } from '../../../nodes/lib/mail/parse-mail.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import type { OutgoingMail } from '../../../nodes/lib/transport/transport.ts';
import { appStage, taken } from '../../support/app-stage.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { claimsOf, headerOf, linkIn, unsubscribeSettings } from '../../support/unsubscribe-app.ts';

const hello: SendFields = { to: 'ann@example.net', subject: 'Hello', payload: 'Hi' };
const linked = { ...hello, payload: '<p>Hi {{name}} <a href="$(unsubscribe)">no more</a></p>' };
const partial = (id: string, html: string, text = '') => ({ id, partial: true, subject: '', html, text });

/** What leaves for these fields. */
async function mailsFor(fields: SendFields, settings: AppSettings = unsubscribeSettings()) {
  const { clock, delivered, send } = appStage({ settings });
  await send({ ...hello, ...fields });
  await clock.advance(60_000);
  return delivered;
}

async function bodiesFor(fields: SendFields, settings?: AppSettings) {
  const [mail] = await mailsFor(fields, settings);
  assert.ok(mail);
  const { html, text } = await parseMail(Buffer.from(mail.raw));
  return { html: html ?? '', text: text ?? '', header: headerOf(mail) };
}

const isPersonal = ({ envelope }: OutgoingMail): boolean => envelope.to.length === 1;

describe('a mail that can be unsubscribed from', () => {
  it('has the link of its reader in HTML and text, also where the body is no template', async () => {
    const { html, text } = await bodiesFor({ ...linked, listTopic: 'offers' });
    const link = linkIn(html);
    assert.match(link, /^https:\/\/nodered\.example\.com\/red\/email-app\/app00001\/unsubscribe\/[\w-]+$/);
    assert.equal(linkIn(text), link);
    assert.match(html, /Hi \{\{name\}\}/);
    const { address, listTopic, emailId } = claimsOf(link) ?? {};
    assert.deepEqual([address, listTopic, emailId], ['ann@example.net', 'offers', 'id2']);
  });

  it('has it in a body with placeholders, and no value takes its place', async () => {
    const substitutions = {
      name: '$(unsubscribe)',
      unsubscribe: 'https://evil.example',
      unsubscribe_url: 'x',
    };
    const payload = 'Hi {{name}}: {{unsubscribe_url}}';
    const { text } = await bodiesFor({ payload, substitutions });
    assert.match(text, /^Hi \$\(unsubscribe\): https:\/\/nodered\.example\.com\//);
  });

  it('goes as a copy of its own to each To, Cc and Bcc recipient, each with a token of theirs', async () => {
    const mails = await mailsFor({ to: 'ann@example.net', cc: 'cc@example.net', bcc: 'bcc@example.net' });
    assert.ok(mails.every(isPersonal));
    const owners = mails.map((mail) => claimsOf(linkIn(headerOf(mail)['list-unsubscribe']?.[0]))?.address);
    assert.deepEqual(owners, ['ann@example.net', 'cc@example.net', 'bcc@example.net']);
    for (const mail of mails) {
      const { to, cc, bcc } = headerOf(mail);
      assert.deepEqual([to, cc, bcc], [['ann@example.net'], ['cc@example.net'], undefined]);
    }
  });

  it('shows a Cc recipient the first in To, as if the copy were shared', async () => {
    const to = [{ address: 'ann@example.net', name: 'Ann' }, 'bob@example.net'];
    const mails = await mailsFor({ to, cc: 'cc@example.net', bcc: 'bcc@example.net' });
    assert.deepEqual(
      mails.map((mail) => headerOf(mail).to?.[0]),
      ['Ann <ann@example.net>', 'bob@example.net', 'Ann <ann@example.net>', 'Ann <ann@example.net>'],
    );
  });

  it('carries one header of each name with https and mail-to, whatever its class', async () => {
    const [mail] = await mailsFor({}, unsubscribeSettings({ mailto: 'leave@example.com' }));
    assert.ok(mail);
    const header = headerOf(mail);
    assert.equal(header['list-unsubscribe']?.length, 1);
    const [, url = '', mailto = ''] =
      /^<(https:[^>]+)>, <mailto:leave@example\.com\?subject=([^>]+)>$/.exec(
        header['list-unsubscribe'][0] ?? '',
      ) ?? [];
    assert.ok(claimsOf(url));
    assert.match(decodeURIComponent(mailto), /^List-Unsubscribe [\w-]+$/);
    assert.ok(url.endsWith(decodeURIComponent(mailto).split(' ')[1] ?? '?'));
    assert.deepEqual(header['list-unsubscribe-post'], ['List-Unsubscribe=One-Click']);
  });

  it('has none of it where the app wants none', async () => {
    const settings = unsubscribeSettings({ headers: false });
    const [mail] = await mailsFor({ cc: 'cc@example.net' }, settings);
    assert.ok(mail);
    assert.equal(isPersonal(mail), false);
    assert.equal(headerOf(mail)['list-unsubscribe'], undefined);
  });

  it('has the link without headers where only the body asks for it', async () => {
    const { html, header } = await bodiesFor(linked, unsubscribeSettings({ headers: false }));
    assert.ok(claimsOf(linkIn(html)));
    assert.equal(header['list-unsubscribe'], undefined);
  });

  it('has no headers from a skip sender', async () => {
    const skipSenders = [{ sender: 'shop@example.com', sendAnyway: false }];
    const { header } = await bodiesFor({}, unsubscribeSettings({ skipSenders }));
    assert.equal(header['list-unsubscribe'], undefined);
  });

  it('takes page, address and subject of the message before those of the app', async () => {
    const url = 'https://portal.example.org/leave?a=1&b=2';
    const choice = {
      unsubscribeUrl: url,
      unsubscribeMailto: 'bye@example.org',
      unsubscribeSubject: 'Leave me',
    };
    const { html, header } = await bodiesFor({ ...linked, ...choice }, sampleSettings());
    assert.deepEqual(header['list-unsubscribe'], [`<${url}>, <mailto:bye@example.org?subject=Leave%20me>`]);
    assert.deepEqual(header['list-unsubscribe-post'], ['List-Unsubscribe=One-Click']);
    assert.match(html, /href="https:\/\/portal\.example\.org\/leave\?a=1&amp;b=2"/);
  });

  it('has a link that works in each of several attempts', async () => {
    const { clock, send, setAnswer } = appStage({ settings: unsubscribeSettings() });
    const links: string[] = [];
    setAnswer((mail) => {
      links.push(linkIn(headerOf(mail)['list-unsubscribe']?.[0]));
      if (links.length > 1) return taken(mail);
      return new EmailError('message-delayed', { retryable: true, detail: { response: '451' } });
    });
    await send(hello);
    await clock.advance(10 * 60_000);
    assert.deepEqual(
      links.map((link) => claimsOf(link)?.address),
      ['ann@example.net', 'ann@example.net'],
    );
  });

  const refused: [string, SendFields, AppSettings, ErrorCode, string][] = [
    ['a link while unsubscribing is off', linked, sampleSettings(), 'unsubscribe-unavailable', 'body'],
    [
      'a link without a base URL',
      linked,
      unsubscribeSettings({ headers: false }, { baseUrl: undefined }),
      'missing-base-url',
      'baseUrl',
    ],
    [
      'headers without a base URL',
      hello,
      unsubscribeSettings({}, { baseUrl: undefined }),
      'missing-base-url',
      'baseUrl',
    ],
    [
      'marketing without a link',
      { ...hello, messageClass: 'marketing' },
      unsubscribeSettings(),
      'marketing-needs-link',
      'body',
    ],
    [
      'marketing whose footer has no link',
      { ...hello, messageClass: 'marketing', payload: '<p>Hi</p>' },
      unsubscribeSettings({ marketingWithoutLink: 'footer' }, { templates: [partial('footer', '<hr>')] }),
      'marketing-needs-link',
      'body',
    ],
  ];
  for (const [name, fields, settings, code, field] of refused) {
    it(`is refused: ${name}`, () => assertRefused(() => mailsFor(fields, settings), code, field));
  }
});

describe('the footer of a marketing mail', () => {
  const settings = unsubscribeSettings({ marketingWithoutLink: 'footer' });
  const marketing = { ...hello, messageClass: 'marketing' };

  it('is added to HTML and text, inside the body', async () => {
    const { html, text } = await bodiesFor(
      { ...marketing, payload: '<body><p>Hi</p></body>', plaintext: 'Hi\n' },
      settings,
    );
    assert.match(html, /<p>Hi<\/p><p><a href="https:[^"]+">Unsubscribe<\/a><\/p><\/body>/);
    assert.match(text, /^Hi\n\nUnsubscribe: https:/);
  });

  it('is the partial of the app if there is one', async () => {
    const templates = [
      partial('footer', '<hr>{{> sign}} <a href="{{unsubscribe_url}}">Bye</a>'),
      partial('sign', 'Shop, 1 High St'),
    ];
    const { html } = await bodiesFor({ ...marketing, payload: '<p>Hi</p>' }, { ...settings, templates });
    assert.match(html, /<p>Hi<\/p><hr>Shop, 1 High St <a href="https:[^"]+">Bye<\/a>/);
  });

  it('is left out where the body has the link, and in transactional mail', async () => {
    const own = await bodiesFor({ ...marketing, payload: linked.payload }, settings);
    assert.doesNotMatch(own.html, />Unsubscribe</);
    assert.doesNotMatch((await bodiesFor(hello, settings)).text, /Unsubscribe/);
  });
});

describe('a mail from a template of the app', () => {
  const welcome = {
    id: 'welcome',
    partial: false,
    subject: 'Welcome, {{name}}',
    html: '<p>Hi {{name}}</p>{{> foot}}',
    text: 'Hi {{name}}',
  };
  const settings = unsubscribeSettings(
    { headers: false },
    { templates: [welcome, partial('foot', '<hr>$(unsubscribe)')] },
  );

  it('has its subject and bodies, filled in', async () => {
    const substitutions = { name: 'Ann <3' };
    const { html, text, header } = await bodiesFor(
      { template: 'welcome', subject: 'not this', substitutions },
      settings,
    );
    assert.match(html, /<p>Hi Ann &lt;3<\/p><hr>https:/);
    assert.match(text, /^Hi Ann <3/);
    assert.deepEqual(header.subject, ['Welcome, Ann <3']);
  });

  it('is asked for by a request, whose subject goes first', async () => {
    const { clock, delivered, send } = appStage({ settings });
    const body = {
      channel: 'email',
      from: 'shop@example.com',
      to: [{ email: ['ann@example.net'], substitutions: { name: 'Ann' } }],
      template: { id: 'welcome', subject: 'Dear {{name}}' },
    };
    await send({}, { mode: 'request', body });
    await clock.advance(1_000);
    assert.ok(delivered[0]);
    assert.deepEqual(headerOf(delivered[0]).subject, ['Dear Ann']);
  });

  it('is refused when there is none of that name, or a value is missing', async () => {
    await assertRefused(() => mailsFor({ template: 'hello' }, settings), 'unknown-template', 'template');
    await assertRefused(() => mailsFor({ template: 'foot' }, settings), 'unknown-template', 'template');
    await assertRefused(() => mailsFor({ template: '' }, settings), 'unknown-template', 'template');
    await assertRefused(() => mailsFor({ template: 'welcome' }, settings), 'missing-substitution', 'subject');
  });
});
