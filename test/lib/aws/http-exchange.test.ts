import assert from 'node:assert/strict';
import { HttpExchange } from '../../../nodes/lib/aws/http-exchange.ts';

describe('HttpExchange', () => {
  const aborted: Error[] = [];
  const controller = { abort: (reason: Error) => aborted.push(reason) };

  beforeEach(() => {
    aborted.length = 0;
  });

  it('was not written when its time ended before a connection stood', async () => {
    const exchange = new HttpExchange();
    exchange.giveUp();
    await assert.rejects(exchange.response, { code: 'ETIMEDOUT', written: false });
  });

  it('is not written any more once its time has ended', () => {
    const exchange = new HttpExchange();
    exchange.response.catch(() => {});
    exchange.giveUp();
    exchange.onRequestStart(controller);
    assert.equal(aborted.length, 1);
  });

  it('may have been written from the moment it begins', async () => {
    const exchange = new HttpExchange();
    exchange.onRequestStart(controller);
    exchange.onResponseError(
      undefined,
      Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
    );
    await assert.rejects(exchange.response, { code: 'UND_ERR_SOCKET', written: true });
  });
});
