import assert from 'node:assert/strict';
import { find, read } from './project.ts';

describe('nodes/lib', () => {
  it('never names its host, so that whoever reads an error need not know it', () => {
    assert.deepEqual(
      find('nodes/lib/**/*.ts').filter((path) => /node-?red/i.test(read(path))),
      [],
    );
  });
});
