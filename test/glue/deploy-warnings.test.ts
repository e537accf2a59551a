import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { warnOfSetup } from '../../nodes/glue/deploy-warnings.ts';
import type { AppSettings, Route, UnsubscribeSettings } from '../../nodes/lib/settings/app-settings.ts';
import { sampleSettings } from '../support/sample-settings.ts';

const baseUrl = 'https://flows.example.com';
const mailto = 'leave@example.com';
const received = ['mailto-not-received'];
const both = [...received, 'mailto-not-processed'];

const filter = { id: 'filter1', type: 'unsubscribe-filter', app: 'app1', mode: 'process' };
const mailSource = { id: 'source1', type: 'e-mail in', wires: [['filter1']] };

/** What is said at deploy, by the last part of each key. */
function warningsFor(
  flow: object[],
  unsubscribe: Partial<UnsubscribeSettings>,
  httpNodeAuth?: object,
  more: Partial<AppSettings> = {},
): string[] {
  const said: string[] = [];
  const RED = {
    settings: { httpNodeAuth },
    nodes: {
      eachNode(visit: (node: object) => void) {
        for (const node of flow) visit(node);
      },
    },
    _: (key: string, { address = '' }: { address?: string } = {}) => `${key} ${address}`,
  } as unknown as NodeAPI;
  const node = { id: 'app1', warn: (text: string) => said.push(text) } as unknown as Node;
  warnOfSetup(RED, node, sampleSettings({ baseUrl, ...more }, {}, { enabled: true, ...unsubscribe }));
  return said.map((text) => text.replace('email-app.warning.', '').replace(` ${mailto}`, '').trim());
}

describe('warnOfSetup', () => {
  for (const [title, flow, warnings] of [
    ['no filter', [], both],
    ['a filter that a mail source feeds', [filter, mailSource], []],
    ['a filter that nothing feeds', [filter], received],
    ['a filter of another app', [{ ...filter, app: 'app2' }, mailSource], both],
    ['a filter in another mode', [{ ...filter, mode: 'manage' }, mailSource], both],
    ['a filter that is disabled', [{ ...filter, d: true }, mailSource], both],
    ['a mail source that is disabled', [filter, { ...mailSource, d: true }], received],
    [
      'a disabled tab',
      [
        { id: 'tab1', type: 'tab', disabled: true },
        { ...filter, z: 'tab1' },
      ],
      both,
    ],
  ] as [string, object[], string[]][]) {
    it(`says ${warnings.join(' and ') || 'nothing'} for a mail-to address and ${title}`, () =>
      assert.deepEqual(warningsFor(flow, { mailto }), warnings));
  }

  it('says that httpNodeAuth is in the way', () =>
    assert.deepEqual(warningsFor([], {}, { user: 'u', pass: 'p' }), ['http-node-auth']));

  it('says nothing of it with an own listener', () =>
    assert.deepEqual(warningsFor([], { listener: { address: '0.0.0.0', port: 8443 } }, { user: 'u' }), []));

  const dkim = { domain: 'example.com', selector: 'mail', privateKey: 'PEM' };
  const smtp = (host: string, more: object = {}): Route => ({
    kind: 'smtp',
    host,
    port: 587,
    security: 'starttls',
    tls: { verify: true },
    ...more,
  });
  for (const [title, route, warnings] of [
    [
      'an own key before Amazon’s SMTP server',
      smtp('email-smtp.eu-central-1.amazonaws.com', { dkim }),
      ['ses-dkim'],
    ],
    [
      'an own key before its FIPS server',
      smtp('Email-SMTP-fips.us-gov-west-1.amazonaws.com', { dkim }),
      ['ses-dkim'],
    ],
    ['no key before Amazon’s SMTP server', smtp('email-smtp.eu-central-1.amazonaws.com'), []],
    ['an own key before another server', smtp('email-smtp.example.com', { dkim }), []],
  ] as [string, Route, string[]][]) {
    it(`says ${warnings.join(' and ') || 'nothing'} of ${title}`, () =>
      assert.deepEqual(warningsFor([], {}, undefined, { route }), warnings));
  }
});
