/** Runs a Postman collection (v2.1) as far as ours goes: requests in their order, each with its scripts. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { runInNewContext } from 'node:vm';

export interface Collection {
  readonly auth: Auth;
  readonly variable: readonly { readonly key: string; readonly value: string }[];
  readonly item: readonly Item[];
}

interface Auth {
  readonly type: string;
  readonly apikey?: readonly { readonly key: string; readonly value: string }[];
}

interface Item {
  readonly name: string;
  readonly event?: readonly {
    readonly listen: string;
    readonly script: { readonly exec: readonly string[] };
  }[];
  readonly request: {
    readonly method: string;
    readonly auth?: Auth;
    readonly header: readonly { readonly key: string; readonly value: string }[];
    readonly body: { readonly raw: string };
    readonly url: { readonly raw: string };
  };
}

export interface PostmanRun {
  readonly name: string;
  /** Names of the tests that passed; one that fails is thrown. */
  readonly passed: readonly string[];
}

export async function runCollection(
  collection: Collection,
  variables: Readonly<Record<string, string>>,
): Promise<PostmanRun[]> {
  const known = new Map(collection.variable.map(({ key, value }) => [key, variables[key] ?? value]));
  const runs: PostmanRun[] = [];
  for (const item of collection.item) {
    runScript(item, 'prerequest', scripting(known));
    const response = await send(item, collection.auth, known);
    const passed: string[] = [];
    const test = (name: string, check: () => void): void => {
      try {
        check();
      } catch (thrown) {
        throw new Error(`${item.name}: ${name}: ${(thrown as Error).message}\n${response.text}`);
      }
      passed.push(name);
    };
    runScript(item, 'test', { ...scripting(known), test, response: responseOf(response) });
    runs.push({ name: item.name, passed });
  }
  return runs;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send({ request }: Item, general: Auth, known: ReadonlyMap<string, string>): Promise<Answer> {
  const headers = new Headers(
    [...request.header, ...keyHeader(request.auth ?? general)].map(({ key, value }) => [
      key,
      filled(value, known),
    ]),
  );
  const { method, body, url } = request;
  const answer = await fetch(filled(url.raw, known), { method, headers, body: filled(body.raw, known) });
  return { status: answer.status, text: await answer.text() };
}

function keyHeader({ type, apikey = [] }: Auth): { key: string; value: string }[] {
  if (type === 'noauth') return [];
  assert.equal(type, 'apikey');
  const { key = '', value = '' } = Object.fromEntries(apikey.map((part) => [part.key, part.value]));
  return [{ key, value }];
}

/** A name that nobody set stays, and is sent: no test will pass then. */
function filled(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{([\w$]+)\}\}/g, (all, name: string) =>
    name === '$guid' ? randomUUID() : (known.get(name) ?? all),
  );
}

function scripting(known: Map<string, string>): object {
  return {
    collectionVariables: {
      get: (name: string) => known.get(name),
      set: (name: string, value: unknown) => known.set(name, String(value)),
    },
    variables: { replaceIn: (text: string) => filled(text, known) },
    expect: (actual: unknown) => ({
      to: {
        eql: (expected: unknown) => assert.deepEqual(actual, expected),
        be: { a: (type: string) => assert.equal(typeof actual, type) },
      },
    }),
  };
}

function responseOf({ status, text }: Answer): object {
  return {
    code: status,
    json: () => JSON.parse(text),
    to: { have: { status: (expected: number) => assert.equal(status, expected) } },
  };
}

function runScript({ event = [] }: Item, listen: string, pm: object): void {
  for (const { script } of event.filter((one) => one.listen === listen)) {
    runInNewContext(script.exec.join('\n'), { pm });
  }
}
