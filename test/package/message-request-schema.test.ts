import assert from 'node:assert/strict';
import { messageRequestSchema } from '../../nodes/lib/request/message-request-schema.ts';
import { readJson } from './project.ts';

describe('docs/message-request.schema.json', () => {
  it('is the schema that requests are checked by', () => {
    assert.deepEqual(readJson('docs/message-request.schema.json'), structuredClone(messageRequestSchema));
  });
});
