/** Asks the sink when it had the first mail since it was last asked. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** ms since the epoch; 0 if there was none. */
export async function firstMailAt(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk));
  socket.write('XFIRST\r\n');
  for (;;) {
    await once(socket, 'data');
    const [, at] = /^250 (\d+)\r\n/m.exec(heard) ?? [];
    if (at === undefined) continue;
    socket.destroy();
    return Number(at);
  }
}
