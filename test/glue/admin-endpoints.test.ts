import assert from 'node:assert/strict';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { adminEndpoints } from '../../nodes/glue/admin-endpoints.ts';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly RequestHandler[];
}

const permissions = new Map<RequestHandler, string>();

function routes(): Route[] {
  const added: Route[] = [];
  const add =
    (method: string) =>
    (path: string, ...handlers: RequestHandler[]) =>
      added.push({ method, path, handlers });
  const needsPermission = (permission: string): RequestHandler => {
    const handler: RequestHandler = (_request, _response, next) => next();
    permissions.set(handler, permission);
    return handler;
  };
  const httpAdmin = { get: add('GET'), post: add('POST'), delete: add('DELETE') };
  adminEndpoints({ httpAdmin, auth: { needsPermission }, settings: {} } as unknown as NodeAPI);
  return added;
}

/** The status it answers with, or undefined if it lets the request pass. */
function answerOf(handler: RequestHandler, headers: object): number | undefined {
  let status: number | undefined;
  const response = {
    status(code: number) {
      status = code;
      return { json: () => {} };
    },
  };
  handler({ headers } as Request, response as unknown as Response, () => {});
  return status;
}

describe('adminEndpoints', () => {
  it('are found', () => assert.ok(routes().length >= 9));

  for (const { method, path, handlers } of routes()) {
    it(`asks for permission and a header of ours before anything else: ${method} ${path}`, () => {
      const [permission, sameOrigin, ...work] = handlers;
      assert.ok(permission && sameOrigin && work.length === 1);
      const scope = method === 'GET' ? 'email-app.read' : 'email-app.write';
      assert.equal(permissions.get(permission), scope);
      assert.equal(answerOf(sameOrigin, {}), 403);
      assert.equal(answerOf(sameOrigin, { 'x-email-app': '1' }), undefined);
    });
  }
});
