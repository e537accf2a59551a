/** The public endpoint of a deployed app: each POST takes another person off the list, on disk when it is answered. */
import { randomUUID } from 'node:crypto';
import { sealToken } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { unsubscribeUrl } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import { benchAppId as appId, benchApp } from '../bench-app.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';
import { postLoad } from '../post-load.ts';
import { recipient } from '../sample-mail.ts';

const load = loadFromArguments();
const runtime = await startRuntime('..', [{ ...benchApp(load.port), unsubscribeEnabled: true }], load.folder);
const { keys, suppressions } = await runtime.app('app');
const { post } = await postLoad(runtime.httpNode);
const total = load.warmUp + load.count;
const paths = Array.from({ length: total }, (_, index) => {
  const claims = { appId, address: recipient(index), emailId: randomUUID() };
  return unsubscribeUrl('', appId, sealToken(claims, keys));
});

await measure(load, (count) => post(paths.splice(0, count)));
const listed = await suppressions.count();
if (listed !== total) throw new Error(`${total} unsubscribed, ${listed} on the list`);
process.exit(0);
