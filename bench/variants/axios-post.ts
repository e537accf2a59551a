/** axios over kept connections, as flows use it: nothing signed, nothing on disk. */
import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { loadFromArguments, measure } from '../measured.ts';
import { sendAll } from '../ses-load.ts';
import { inFlight, sampleWebhook } from '../webhook-load.ts';

/** Installed for the bench alone, so its types are not there when everything is checked. */
interface Axios {
  create(options: object): { post(path: string, body: unknown): Promise<unknown> };
}

const axios: Axios = createRequire(import.meta.url)('axios');
const load = loadFromArguments();
const client = axios.create({
  baseURL: `http://127.0.0.1:${load.port}`,
  httpAgent: new Agent({ keepAlive: true, maxSockets: inFlight }),
});

await measure(load, (count) =>
  sendAll(count, (index) => client.post('/hook', sampleWebhook(index)), inFlight),
);
process.exit(0);
