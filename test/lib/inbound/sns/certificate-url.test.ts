import assert from 'node:assert/strict';
import fc from 'fast-check';
import { requireCertificateUrl } from '../../../../nodes/lib/inbound/sns/certificate-url.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

const topic = (region = 'eu-central-1', partition = 'aws') =>
  `arn:${partition}:sns:${region}:111122223333:events`;
const name = 'SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';

describe('requireCertificateUrl', () => {
  const good: readonly (readonly [string, string])[] = [
    [`https://sns.eu-central-1.amazonaws.com/${name}`, topic()],
    [`https://sns.eu-central-1.amazonaws.com:443/${name}`, topic()],
    [`https://sns.us-gov-west-1.amazonaws.com/${name}`, topic('us-gov-west-1', 'aws-us-gov')],
    [`https://sns.cn-north-1.amazonaws.com.cn/${name}`, topic('cn-north-1', 'aws-cn')],
  ];
  for (const [url, arn] of good) {
    it(`takes ${url}`, () => requireCertificateUrl(url, arn));
  }

  const attacks: readonly string[] = [
    `http://sns.eu-central-1.amazonaws.com/${name}`,
    `https://sns.us-east-1.amazonaws.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com.evil.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com.cn/${name}`,
    `https://sns.eu-central-1.amazonaws.comevil.com/${name}`,
    `https://evil.com/sns.eu-central-1.amazonaws.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com@evil.com/${name}`,
    `https://user:pass@sns.eu-central-1.amazonaws.com/${name}`,
    `https://evil.com#@sns.eu-central-1.amazonaws.com/${name}`,
    `https://evil.com\\@sns.eu-central-1.amazonaws.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com\\.evil.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com:8443/${name}`,
    `https://sns.eu-central-1.amazonaws.com:443@evil.com/${name}`,
    `https://sns.eu-central-1.amazonaws.com/${name}?x=1`,
    `https://sns.eu-central-1.amazonaws.com/${name}#x`,
    'https://sns.eu-central-1.amazonaws.com/?Action=GetTopicAttributes&x=.pem',
    'https://sns.eu-central-1.amazonaws.com/a/../b.pem',
    'https://sns.eu-central-1.amazonaws.com/%2e%2e/b.pem',
    'https://sns.eu-central-1.amazonaws.com/key.txt',
    'https://sns.eu-central-1.amazonaws.com/.pem',
    'https://sns.eu-central-1.amazonaws.com/x.pem\n',
    ' https://sns.eu-central-1.amazonaws.com/x.pem',
    'https://sns.eu-central-1.amazonaws.com//evil.com/x.pem',
    'https://sns。eu-central-1.amazonaws.com/x.pem',
    'https://sns.eu-central-1.amazonaws。com/x.pem',
    'https://ѕns.eu-central-1.amazonaws.com/x.pem',
    'https://SNS.EU-CENTRAL-1.AMAZONAWS.COM/x.pem',
    'https://sns.eu-central-1.amazonaws.com./x.pem',
    'https://sns-eu-central-1.s3.amazonaws.com/x.pem',
    'https://my-bucket.s3.eu-central-1.amazonaws.com/x.pem',
    'https://s3.amazonaws.com/sns.eu-central-1.amazonaws.com/x.pem',
    'https://sns.eu.central.1.amazonaws.com/x.pem',
    'https://127.0.0.1/x.pem',
    'https://[::1]/x.pem',
    'https://169.254.169.254/latest/meta-data/x.pem',
    'file:///etc/passwd.pem',
    'javascript:alert(1)//.pem',
    `https://sns.eu-central-1.amazonaws.com/${'a'.repeat(400)}.pem`,
    '',
  ];
  for (const url of attacks) {
    it(`refuses ${JSON.stringify(url.slice(0, 90))}`, () =>
      assertRefused(() => requireCertificateUrl(url, topic()), 'sns-refused'));
  }

  it('takes no address that a reader of addresses would take for another host', () => {
    const right = ['https://', 'sns.', 'eu-central-1', '.amazonaws.com', '/', 'x.pem'];
    const noise = fc.constantFrom(
      '',
      '@',
      ':443',
      ':',
      '\\',
      '#',
      '?',
      '%2f',
      'evil.com',
      '.',
      '/',
      '-',
      '\n',
    );
    const edit = fc.tuple(fc.nat(right.length), noise);
    let taken = 0;
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), (edits) => {
        const pieces = [...right];
        for (const [at, piece] of edits) pieces.splice(at, 0, piece);
        const url = pieces.join('');
        try {
          requireCertificateUrl(url, topic());
        } catch {
          return;
        }
        taken += 1;
        const { origin, search, hash, username } = new URL(url);
        assert.deepEqual([origin, search + hash + username], ['https://sns.eu-central-1.amazonaws.com', '']);
      }),
      { numRuns: 2000 },
    );
    assert(taken > 50);
  });
});
