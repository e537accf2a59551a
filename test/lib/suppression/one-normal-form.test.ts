import assert from 'node:assert/strict';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { readDeliveryStatus } from '../../../nodes/lib/bounce/delivery-status.ts';
import { readSesEvent } from '../../../nodes/lib/event/ses-event.ts';
import { addressKey, readMailbox } from '../../../nodes/lib/mail/address.ts';
import { receivedAddress } from '../../../nodes/lib/received/received-addresses.ts';
import { readRecipients } from '../../../nodes/lib/request/read-recipients.ts';
import { filterRecipients } from '../../../nodes/lib/suppression/filter-recipients.ts';
import { manageList } from '../../../nodes/lib/suppression/manage-list.ts';
import { readImportRow } from '../../../nodes/lib/suppression/read-import-row.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const now = Date.UTC(2026, 10, 23);

/** Each door where an address comes in, as it leaves it. */
const doors: Readonly<Record<string, (text: string) => string | undefined>> = {
  'a recipient': (text) => readRecipients({ to: text }).to[0]?.address,
  'a recipient as an object': (text) => readRecipients({ to: [{ address: text }] }).to[0]?.address,
  'a row of an import': (text) => readImportRow([text], now).address,
  'a header of a received mail': (text) => receivedAddress(text),
  'a bounce': (text) =>
    readDeliveryStatus(Buffer.from(`Final-Recipient: utf-8; ${text}\nAction: failed\nStatus: 5.1.1\n`), '')[0]
      ?.address,
  'a notice of SES': (text) => readSesEvent(bounceOf(text), now).people[0]?.address,
};

const bounceOf = (emailAddress: string) => ({
  eventType: 'Bounce',
  mail: { messageId: 'm1' },
  bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress }] },
});

const label = fc.stringMatching(/^[a-zäöüßéñ]{1,12}$/);
const mailbox = fc.record({
  local: fc.stringMatching(/^[a-z0-9!#$%&'*/?^_`{|}~-]{1,12}$/),
  domain: fc.tuple(label, fc.constantFrom('example', 'de', 'com')).map((labels) => labels.join('.')),
});
const spelling = fc.record({ local: fc.boolean(), domain: fc.boolean(), ascii: fc.boolean() });

/** One of the ways to write it. */
function write(
  { local, domain }: { local: string; domain: string },
  how: { local: boolean; domain: boolean; ascii: boolean },
) {
  const host = how.ascii ? domainToASCII(domain) : domain;
  return `${how.local ? local.toUpperCase() : local}@${how.domain && !/ß/.test(host) ? host.toUpperCase() : host}`;
}

describe('the normal form of an address', () => {
  it('is the same at every door, however the address is written', () => {
    fc.assert(
      fc.property(mailbox, fc.array(spelling, { minLength: 2, maxLength: 3 }), (one, ways) => {
        fc.pre(!one.local.startsWith("'") && !one.local.endsWith("'"));
        const texts = ways.map((how) => write(one, how));
        const keys = texts.flatMap((text) =>
          Object.entries(doors).map(([door, read]) => addressKey(read(text) ?? `${text} is none at ${door}`)),
        );
        assert.deepEqual([...new Set(keys)], [addressKey(`${one.local}@${domainToASCII(one.domain)}`)]);
      }),
      { numRuns: 300 },
    );
  });

  it('is another for another mailbox', () => {
    fc.assert(
      fc.property(mailbox, mailbox, (one, other) => {
        fc.pre(one.local !== other.local || domainToASCII(one.domain) !== domainToASCII(other.domain));
        const [first, second] = [one, other].map(({ local, domain }) =>
          addressKey(readMailbox(`${local}@${domain}`, 'to').address),
        );
        assert.notEqual(first, second);
      }),
    );
  });

  it('holds whoever is held under every spelling that can be written to', async () => {
    await fc.assert(
      fc.asyncProperty(mailbox, spelling, spelling, async (one, left, written) => {
        fc.pre(!one.local.startsWith("'"));
        const suppressions = memorySuppressionList();
        await manageList({ action: 'add', address: write(one, left) }, { suppressions, now });
        const recipients = [write(one, written)];
        const { allowed } = await filterRecipients({ recipients, field: 'to' }, { suppressions, now });
        assert.equal(allowed, undefined);
      }),
      { numRuns: 200 },
    );
  });
});
