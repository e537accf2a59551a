import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { typedInputReader } from '../../nodes/glue/typed-input.ts';

const util = createRequire(new URL('../../demo/package.json', import.meta.url))('@node-red/util').util;
const RED = { util } as NodeAPI;
const node = {} as Node;
const read = typedInputReader(RED, node);
const message = { _msgid: '1', to: 'a@b.example', deep: { er: 7 } } as unknown as NodeMessageInFlow;

const cases: [string, string, string, unknown][] = [
  ['a property of the message', 'to', 'msg', 'a@b.example'],
  ['a nested property', 'deep.er', 'msg', 7],
  ['a missing property', 'cc', 'msg', undefined],
  ['a property of something missing', 'no.such.thing', 'msg', undefined],
  ['an empty field', '', 'msg', undefined],
  ['an empty text', '', 'str', undefined],
  ['a text', 'hello', 'str', 'hello'],
  ['JSON', '[1,2]', 'json', [1, 2]],
  ['a number', '12', 'num', 12],
  ['a yes', 'true', 'bool', true],
];

describe('typedInputReader', () => {
  for (const [what, value, type, expected] of cases) {
    it(`reads ${what}`, async () => {
      assert.deepEqual(await read({ value, type }, message), expected);
    });
  }

  it('rejects JSON that is not JSON, instead of throwing out of the handler', async () => {
    await assert.rejects(read({ value: '{oops', type: 'json' }, message), SyntaxError);
  });

  it('rejects a broken regular expression', async () => {
    await assert.rejects(read({ value: '(', type: 're' }, message), SyntaxError);
  });
});
