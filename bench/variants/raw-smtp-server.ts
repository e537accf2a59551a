/** smtp-server as it comes, set up as our receiver sets it up, and keeping nothing. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { loadFromArguments, measure } from '../measured.ts';
import { smtpLoad } from '../smtp-load.ts';

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  size: 40_000_000,
  logger: false,
  onData(stream, _session, done) {
    stream.on('data', () => {}).on('end', () => done());
  },
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { send } = smtpLoad((server.server.address() as AddressInfo).port);
await measure(loadFromArguments(), send);
process.exit(0);
