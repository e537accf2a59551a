import assert from 'node:assert/strict';
import { bucketsOverAws } from '../../../../nodes/lib/setup/ports/buckets-over-aws.ts';

describe('bucketsOverAws', () => {
  it('asks S3 whose bucket it is, not only whether it may be seen', async () => {
    const asked: unknown[] = [];
    const s3 = async (...question: unknown[]) => void asked.push(question);
    await bucketsOverAws(s3 as never, 'eu-central-1').headBucket('inbox', '123456789012');
    assert.deepEqual(asked, [['HeadBucket', { Bucket: 'inbox', ExpectedBucketOwner: '123456789012' }]]);
  });
});
