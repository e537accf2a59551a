import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Node, NodeMessageInFlow } from 'node-red';
import { onClose } from '../../nodes/glue/on-close.ts';
import { onInput, type Send } from '../../nodes/glue/on-input.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

type Done = (error?: Error) => void;

function fakeNode() {
  const errors: unknown[] = [];
  const node = Object.assign(new EventEmitter(), { error: (error: unknown) => errors.push(error) });
  return { node: node as unknown as Node, errors };
}

function receive(node: Node, message: object): Promise<{ calls: number; error?: Error & { code?: string } }> {
  return new Promise((resolve) => {
    let calls = 0;
    const done: Done = (error) => {
      calls++;
      setImmediate(() => resolve({ calls, error }));
    };
    node.emit('input', message, (() => {}) as Send, done);
  });
}

describe('onInput', () => {
  it('calls done once when the work is over', async () => {
    const { node } = fakeNode();
    onInput(node, async () => {});
    assert.deepEqual(await receive(node, {}), { calls: 1, error: undefined });
  });

  it('calls done once with the failure when the work rejects', async () => {
    const { node } = fakeNode();
    onInput(node, async () => {
      throw new EmailError('missing-recipient', { field: 'to' });
    });
    const { calls, error } = await receive(node, {});
    assert.equal(calls, 1);
    assert.equal(error?.code, 'missing-recipient');
    assert.equal(String(error), error?.message);
    assert.match(String(error?.message), /^There is no recipient: set “to”\.$/);
  });

  it('calls done with the failure when the work throws before its first await', async () => {
    const { node } = fakeNode();
    onInput(node, async (message: NodeMessageInFlow) => {
      (message.payload as { missing(): void }).missing();
    });
    const { error } = await receive(node, {});
    assert.equal(error?.code, 'internal-error');
  });

  it('gives the flow no stack and no original cause', async () => {
    const { node } = fakeNode();
    onInput(node, async () => {
      throw new EmailError('auth-failed', { detail: { response: '535' }, cause: new Error('secret') });
    });
    const { error } = await receive(node, {});
    assert.equal(error?.stack, undefined);
    assert.deepEqual(error?.cause, {
      code: 'auth-failed',
      field: undefined,
      retryable: false,
      httpStatus: 400,
      httpHeaders: {},
    });
  });

  it('listens with the three parameters that Node-RED waits for', () => {
    const { node } = fakeNode();
    onInput(node, async () => {});
    assert.equal(node.listeners('input')[0]?.length, 3);
  });
});

describe('onClose', () => {
  it('listens with the one parameter that Node-RED waits for, and calls it after the work', async () => {
    const { node } = fakeNode();
    const order: string[] = [];
    onClose(node, async () => {
      await Promise.resolve();
      order.push('work');
    });
    assert.equal(node.listeners('close')[0]?.length, 1);
    await new Promise<void>((resolve) => node.emit('close', resolve));
    assert.deepEqual(order, ['work']);
  });

  it('logs a failure and still lets Node-RED go on', async () => {
    const { node, errors } = fakeNode();
    onClose(node, async () => {
      throw new EmailError('store-unavailable', { detail: { value: 'x', why: 'gone' } });
    });
    await new Promise<void>((resolve) => node.emit('close', resolve));
    assert.match(String(errors[0]), /cannot be used: gone/);
  });
});
