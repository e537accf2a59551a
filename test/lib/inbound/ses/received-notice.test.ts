import assert from 'node:assert/strict';
import { readReceivedNotice } from '../../../../nodes/lib/inbound/ses/received-notice.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

const storage = { bucket: 'email-app-app00001-inbound', prefix: 'inbound/' };
const now = Date.UTC(2027, 0, 5, 12);
const messageId = 'd6iitobk75ur44p8kdnnp7g2n800';

/** In the shape of the SES developer guide, “Contents of notifications for email receiving”. */
function notice(changes: object = {}, action: object = {}) {
  return {
    notificationType: 'Received',
    mail: {
      timestamp: '2027-01-05T11:59:00.000Z',
      source: 'bob@example.org',
      messageId,
      destination: ['x@y.example'],
    },
    receipt: {
      timestamp: '2027-01-05T11:59:00.000Z',
      processingTimeMillis: 574,
      recipients: ['In@Example.COM'],
      spamVerdict: { status: 'PASS' },
      virusVerdict: { status: 'FAIL' },
      spfVerdict: { status: 'PASS' },
      dkimVerdict: { status: 'GRAY' },
      dmarcVerdict: { status: 'PROCESSING_FAILED' },
      action: {
        type: 'S3',
        topicArn: 'arn:aws:sns:eu-central-1:111122223333:inbound',
        bucketName: storage.bucket,
        objectKeyPrefix: 'inbound/',
        objectKey: `inbound/${messageId}`,
        ...action,
      },
    },
    ...changes,
  };
}

const read = (given: unknown) => readReceivedNotice(JSON.stringify(given), storage, now);

describe('readReceivedNotice', () => {
  it('tells where the mail is, for whom it came, and what SES found', () => {
    assert.deepEqual(read(notice()), {
      place: { kind: 'object', key: `inbound/${messageId}` },
      facts: {
        source: 'ses',
        envelope: { from: 'bob@example.org', to: ['In@example.com'] },
        receivedAt: Date.UTC(2027, 0, 5, 11, 59),
        sourceKey: messageId,
        auth: { spf: 'pass', dkim: 'none', dmarc: 'temperror', signedBy: [] },
        verdicts: { spam: 'pass', virus: 'fail' },
      },
    });
  });

  it('has no verdict where SES did not look', () => {
    const { receipt } = notice();
    const spamVerdict = { status: 'DISABLED' };
    const { facts } = read(notice({ receipt: { ...receipt, spamVerdict, virusVerdict: 'constructor' } }));
    assert.deepEqual(facts.verdicts, { spam: 'none', virus: 'none' });
  });

  for (const [encoding, content] of [
    ['UTF8', 'Subject: hé\r\n\r\nx'],
    ['BASE64', Buffer.from('Subject: hé\r\n\r\nx').toString('base64')],
  ]) {
    it(`understands a mail inside the notice, ${encoding}`, () => {
      const { place } = read(notice({ content }, { type: 'SNS', encoding }));
      assert(place.kind === 'inline');
      assert.equal(Buffer.from(place.raw).toString(), 'Subject: hé\r\n\r\nx');
    });
  }

  it('has nothing to fetch for the object of the set-up, and for what another action told', () => {
    const setup = { objectKey: 'inbound/AMAZON_SES_SETUP_NOTIFICATION' };
    assert.equal(read(notice({}, setup)).place.kind, 'none');
    for (const type of ['Lambda', 'Bounce', 'Stop', 'WorkMail', 'SNS'])
      assert.equal(read(notice({}, { type })).place.kind, 'none');
  });

  const elsewhere: readonly object[] = [
    { bucketName: 'other' },
    { bucketName: undefined },
    { objectKey: messageId },
    { objectKey: `other/${messageId}` },
    { objectKey: `inbound/../keys/${messageId}` },
    { objectKey: `inbound/x/${messageId}` },
    { objectKey: `/inbound/${messageId}` },
    { objectKey: 'inbound/other-mail' },
    { objectKey: ['inbound/', messageId] },
  ];
  for (const action of elsewhere) {
    it(`refuses a mail that lies elsewhere: ${JSON.stringify(action)}`, () =>
      assertRefused(() => read(notice({}, action)), 'bad-notice'));
  }

  const { receipt, mail } = notice();
  const malformed: readonly unknown[] = [
    null,
    [],
    'text',
    {},
    notice({ mail: undefined }),
    notice({ mail: { ...mail, messageId: '../x' } }),
    notice({ mail: { ...mail, messageId: 7 } }),
    notice({ receipt: undefined }),
    notice({ receipt: { ...receipt, recipients: [] } }),
    notice({ receipt: { ...receipt, recipients: 'in@example.com' } }),
    notice({ receipt: { ...receipt, recipients: [{}, 7] } }),
    notice({ receipt: { ...receipt, recipients: Array(501).fill('a@example.com') } }),
  ];
  for (const [index, given] of malformed.entries()) {
    it(`refuses what is malformed (${index})`, () => assertRefused(() => read(given), 'bad-notice'));
  }
});
