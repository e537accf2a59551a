import assert from 'node:assert/strict';
import type { InboundSettings } from '../../../nodes/lib/settings/inbound-settings.ts';
import { receivesAddress } from '../../../nodes/lib/settings/receives-address.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const forwarding = 'in-0123456789abcdef@mail-in.example.com';
const smtp = { host: 'mail-in.example.com', address: '0.0.0.0', port: 2525, addresses: ['@in.example.com'] };
const imap = { login: { kind: 'password', user: 'box@example.com', password: 'x' } };

const receives = (address: string, inbound: object) => {
  const settings = { inbound: { ...sampleSettings().inbound, ...inbound } as InboundSettings };
  return receivesAddress(address, settings, forwarding);
};

describe('receivesAddress', () => {
  for (const [address, source, inbound, expected] of [
    ['leave@in.example.com', 'a receiver of its domain', { smtp }, true],
    ['Leave@In.Example.com', 'the same in other letters', { smtp }, true],
    ['leave@below.in.example.com', 'a receiver of the domain above', { smtp }, false],
    [forwarding, 'the receiver itself', { smtp }, true],
    [forwarding, 'no source at all', {}, false],
    ['leave@example.com', 'a receiver of another domain', { smtp }, false],
    ['box@example.com', 'its own mailbox', { imap }, true],
    ['leave@example.com', 'a mailbox that may have more addresses', { imap }, undefined],
    ['leave@example.com', 'mails that are posted', { http: { secret: 'x' } }, undefined],
  ] as [string, string, object, boolean | undefined][]) {
    it(`says ${expected ?? 'that it cannot know'} of ${address} and ${source}`, () =>
      assert.equal(receives(address, inbound), expected));
  }
});
