/** Sender and recipient go in; a small finished mail with unsubscribe headers comes out, as the self-test sends it. */
import { domainOf } from '../../mail/address.ts';
import { noticeContent } from '../../mail/notice-content.ts';
import { compileMail } from '../../template/compile-mail.ts';
import type { OutgoingMail } from '../../transport/transport.ts';

export interface TestMail {
  readonly from: string;
  readonly to: string;
  /** Also found in the header `X-Email-App-Test`. */
  readonly id: string;
  /** ms since the epoch */
  readonly date: number;
}

export const testHeader = 'X-Email-App-Test';
const texts = {
  subject: 'Self-test of the email app',
  text: 'This mail was sent by the self-test of the email app. It can be deleted.\n',
};

/** Both headers of RFC 8058, so that a signature can be seen to cover them; the link leads nowhere. */
export async function testMail({ from, to, id, date }: TestMail): Promise<OutgoingMail> {
  const domain = domainOf(from);
  const compiled = await compileMail(noticeContent({ address: from }, texts));
  const raw = compiled.render({
    messageId: `${id}@${domain}`,
    date,
    to: { address: to },
    values: {},
    headers: [
      { name: testHeader, value: id },
      { name: 'List-Unsubscribe', value: `<https://${domain}/unsubscribe/${id}>` },
      { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    ],
  });
  return { envelope: { from, to: [to] }, raw };
}
