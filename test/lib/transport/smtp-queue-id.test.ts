import assert from 'node:assert/strict';
import { smtpQueueId } from '../../../nodes/lib/transport/smtp-queue-id.ts';

describe('smtpQueueId', () => {
  const rows: [response: string, id: string | undefined][] = [
    ['250 2.0.0 Ok: queued as 4F2Ab9', '4F2Ab9'],
    [
      '250 Ok 0102018b5c3c0a4f-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000',
      '0102018b5c3c0a4f-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000',
    ],
    ['250 2.0.0 OK  1700000000 a640c23a62f3a-abcdef.12 - gsmtp', 'a640c23a62f3a-abcdef.12'],
    [
      '250 2.0.0 OK <AB12@AM0PR01MB1234.eurprd01.prod.outlook.com> [Hostname=AM0PR01]',
      'AB12@AM0PR01MB1234.eurprd01.prod.outlook.com',
    ],
    ['250 OK id=1qXyZ-0001Ab-2C', '1qXyZ-0001Ab-2C'],
    ['250 2.0.0 38AC1x2y Message accepted for delivery', '38AC1x2y'],
    ['250 OK', undefined],
    ['250 2.0.0 Accepted', undefined],
    ['', undefined],
  ];
  for (const [response, id] of rows)
    it(`finds ${id ?? 'none'} in “${response}”`, () => assert.equal(smtpQueueId(response), id));
});
