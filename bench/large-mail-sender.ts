/** Hands a mail of `bytes` to an address at a port, in as many sessions at once as its parent asks for. */
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, address] = process.argv.slice(2);

const line = `${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk='.slice(0, 76)}\r\n`;
const block = line.repeat(1000);

function head(subject: string): string {
  const fields = ['From: Ann <ann@a.example>', `To: ${address}`, `Subject: ${subject}`, 'MIME-Version: 1.0'];
  const parts = 'Content-Type: multipart/mixed; boundary="part"';
  const text = '--part\r\nContent-Type: text/plain\r\n\r\nThe drawings are attached.\r\n';
  const file = [
    '--part',
    'Content-Type: application/pdf; name="drawings.pdf"',
    'Content-Transfer-Encoding: base64',
  ];
  return `${[...fields, parts, '', text].join('\r\n')}${file.join('\r\n')}\r\n\r\n`;
}

async function send(bytes: number, subject: string): Promise<void> {
  const socket = connect(Number(port), '127.0.0.1').setNoDelay();
  const next = async (code: string) => {
    const [reply] = await once(socket, 'data');
    if (!String(reply).startsWith(code)) throw new Error(String(reply));
  };
  const ask = async (command: string, code: string) => {
    socket.write(`${command}\r\n`);
    await next(code);
  };
  await next('220');
  await ask('EHLO mx.a.example', '250');
  await ask('MAIL FROM:<ann@a.example>', '250');
  await ask(`RCPT TO:<${address}>`, '250');
  await ask('DATA', '354');
  socket.write(head(subject));
  for (let sent = 0; sent < bytes; sent += block.length)
    if (!socket.write(block)) await once(socket, 'drain');
  await ask('--part--\r\n.', '250');
  socket.destroy();
}

process.on('message', async ({ bytes, sessions }: { bytes: number; sessions: number }) => {
  await Promise.all(Array.from({ length: sessions }, (_, index) => send(bytes, `drawings ${index}`)));
  process.send?.('sent');
});
process.once('disconnect', () => process.exit(0));
