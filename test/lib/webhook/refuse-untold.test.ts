import { refuseUntold } from '../../../nodes/lib/webhook/refuse-untold.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const notifyUrl = 'https://shop.example/receipts';

describe('refuseUntold', () => {
  const refuse = async (url: string, hosts: readonly string[] | undefined) => refuseUntold({ url }, hosts);

  it('lets an https address pass where a node posts to such', () => refuse(notifyUrl, []));

  it('refuses any address where no node posts to it', () =>
    assertRefused(() => refuse(notifyUrl, undefined), 'no-notifier', 'notifyUrl'));

  it('refuses private addresses', () =>
    assertRefused(() => refuse('https://10.1.2.3/', []), 'not-supported', 'notifyUrl'));

  it('lets http and private addresses pass for the hosts that the node allows, and no others', async () => {
    await refuse('http://127.0.0.1:1880/a', ['127.0.0.1']);
    await refuse('http://crm.local:8080/a', ['crm.local:8080']);
    for (const [url, host] of [
      ['http://crm.local:8081/a', 'crm.local:8080'],
      ['http://crm.local.example/a', 'crm.local'],
      ['http://shop.example/', ''],
    ] as const) {
      await assertRefused(() => refuse(url, [host]), 'not-supported', 'notifyUrl');
    }
  });
});
