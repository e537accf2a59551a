/** axios over kept connections, as flows use it: nothing signed, nothing on disk. */
import { Agent } from 'node:http';
import axios from 'axios';
import { loadFromArguments, measure } from '../measured.ts';
import { sendAll } from '../ses-load.ts';
import { inFlight, sampleWebhook } from '../webhook-load.ts';

const load = loadFromArguments();
const client = axios.create({
  baseURL: `http://127.0.0.1:${load.port}`,
  httpAgent: new Agent({ keepAlive: true, maxSockets: inFlight }),
});

await measure(load, (count) =>
  sendAll(count, (index) => client.post('/hook', sampleWebhook(index)), inFlight),
);
process.exit(0);
