/** An Express route that reads the form and answers 200, and does nothing else. */
import { benchAppId } from '../bench-app.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { express } from '../node-red-runtime.ts';
import { postLoad } from '../post-load.ts';

const load = loadFromArguments();
const httpNode = express();
httpNode.post(
  '/email-app/:app/unsubscribe/:token',
  express.urlencoded({ extended: false }),
  (_: unknown, response: { sendStatus(status: number): void }) => response.sendStatus(200),
);
// As long as a token is.
const filler = 'x'.repeat(100);
const { post } = await postLoad(express().use('/', httpNode));
let posted = 0;

await measure(load, (count) =>
  post(Array.from({ length: count }, () => `/email-app/${benchAppId}/unsubscribe/${filler}${posted++}`)),
);
process.exit(0);
