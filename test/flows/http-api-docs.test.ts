import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageRequestSchema } from '../../nodes/lib/request/message-request-schema.ts';
import { parseIsoTime } from '../../nodes/lib/request/read-times.ts';
import { read, readJson } from '../package/project.ts';
import { curl } from '../support/curl.ts';
import { apiKeys, type HttpApi, openHttpApi } from '../support/http-api.ts';
import { type Collection, runCollection } from '../support/postman.ts';

interface Content {
  readonly schema: object;
  readonly examples: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>;
}
interface Body {
  readonly content: { readonly 'application/json': Content };
}
interface OpenApi {
  readonly openapi: string;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<Record<string, { readonly post: Operation }>>;
  readonly webhooks: { readonly receipt: { readonly post: Operation } };
}
interface Operation {
  readonly requestBody: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

const document = readJson<OpenApi>('docs/http-api.openapi.json');
const { post } = document.paths['/v2/messages'] ?? {};
const requests = Object.entries(post?.requestBody.content['application/json'].examples ?? {});
const ajv = new Ajv2020({ strict: false });
ajv.addFormat('date-time', (text) => parseIsoTime(text) !== undefined);
ajv.addSchema(document, 'openapi');

/** Fails unless the value fits a schema of the document. */
function assertFits(name: string, value: unknown): void {
  const fits = ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
  assert.ok(fits(value), JSON.stringify(fits.errors));
}

describe('what the documentation tells of the HTTP API', function () {
  this.timeout(60_000);
  let api: HttpApi;

  before(async () => {
    api = await openHttpApi();
  });
  after(() => api?.close());

  describe('docs/http-api.md', () => {
    const page = read('docs/http-api.md');
    const session = [...page.matchAll(/```sh\n(curl [^`]+)```\n\n```http\n([^`]+)```/g)];

    it('shows an answer to every command', () => {
      assert.equal(session.length, [...page.matchAll(/^curl /gm)].length);
      assert.ok(session.length >= 6);
    });

    for (const [, command = '', shown = ''] of session) {
      const [statusLine = '', ...lines] = shown.split('\n');
      it(`is right about ${statusLine} to ${/"subject": "([^"]+)"/.exec(command)?.[1] ?? 'no mail'}`, async () => {
        const here = command.replace('https://shop.example', api.receiver.endpoint);
        const answer = await curl(here, { API: api.url, KEY: apiKeys.shop });
        assert.equal(`HTTP/1.1 ${answer.status}`, statusLine.slice(0, 12), answer.body);
        const blank = lines.indexOf('');
        for (const line of lines.slice(0, blank)) {
          const [name = '', value = ''] = line.split(': ');
          assert.equal(answer.headers.get(name), value);
        }
        assertAlike(JSON.parse(answer.body), JSON.parse(lines.slice(blank).join('\n')));
      });
    }

    it('tells every status that the document tells', () => {
      for (const status of Object.keys(post?.responses ?? {}))
        assert.match(page, new RegExp(`^\\| ${status} `, 'm'));
    });
  });

  describe('docs/http-api.openapi.json', () => {
    it('is OpenAPI 3.1, and every reference in it leads somewhere', () => {
      assert.match(document.openapi, /^3\.1\.\d+$/);
      const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
      assert.ok(references.length > 0);
      for (const [, name = ''] of references) assert.ok(name in document.components.schemas, name);
    });

    it('has the schema that requests are checked by', () => {
      const { $schema: _, ...schema } = structuredClone(messageRequestSchema);
      assert.deepEqual(document.components.schemas.MessageRequest, schema);
    });

    it('has only examples that fit', () => {
      const { receipt } = document.webhooks;
      const bodies = [...Object.values(post?.responses ?? {}), receipt.post.requestBody];
      const examples = bodies.flatMap(({ content }) => {
        const { schema, examples: given } = content['application/json'];
        return Object.values(given).map(({ value }) => ({ schema: nameOf(schema), value }));
      });
      assert.ok(examples.length >= 8);
      for (const { schema, value } of examples) assertFits(schema, value);
      for (const [, { value }] of requests) assertFits('MessageRequest', value);
    });

    for (const [name, { value }] of requests) {
      it(`has a request that is accepted: ${name}`, async () => {
        const here = 'notifyUrl' in value ? { notifyUrl: `${api.receiver.endpoint}/openapi` } : {};
        const { status, body } = await api.post({ ...value, ...here });
        assert.equal(status, 201, JSON.stringify(body));
        assertFits('Accepted', body);
      });
    }

    it('tells the truth about refusals and receipts', async () => {
      const { status, body } = await api.post({});
      assert.equal(status, 400);
      assertFits('Refusal', body);
      const posted = await waitFor(() => api.receiver.requests.find(({ path }) => path === '/openapi'));
      assertFits('Receipt', JSON.parse(posted.body));
    });
  });

  describe('docs/http-api.postman_collection.json', () => {
    it('passes all of its own tests', async () => {
      const collection = readJson<Collection>('docs/http-api.postman_collection.json');
      const runs = await runCollection(collection, {
        baseUrl: api.url,
        apiKey: apiKeys.shop,
        notifyUrl: `${api.receiver.endpoint}/postman`,
      });
      assert.equal(runs.length, collection.item.length);
      assert.deepEqual(
        runs.filter(({ passed }) => passed.length < 2),
        [],
      );
    });

    it('is of version 2.1 and holds no key', () => {
      const text = read('docs/http-api.postman_collection.json');
      assert.match(text, /collection\/v2\.1\.0\/collection\.json/);
      assert.match(text, /"key": "apiKey",\s*"value": ""/);
    });
  });
});

const nameOf = (schema: object): string =>
  String((schema as { $ref?: string }).$ref)
    .split('/')
    .at(-1) ?? '';

/** `…` in what is shown stands for any text. */
function assertAlike(actual: unknown, shown: unknown): void {
  assert.deepEqual(mask(actual, shown), shown);
}

function mask(actual: unknown, shown: unknown): unknown {
  if (shown === '…' && typeof actual === 'string' && actual !== '') return shown;
  if (Array.isArray(actual))
    return actual.map((one, index) => mask(one, Array.isArray(shown) ? shown[index] : undefined));
  if (typeof actual !== 'object' || actual === null) return actual;
  const pattern = Object(shown) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, mask(value, pattern[key])]));
}

async function waitFor<Result>(look: () => Result | undefined): Promise<Result> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
