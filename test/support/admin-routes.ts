import type { NodeAPI } from 'node-red';

export type Handler = (request: object, response: object, next: () => void) => void;

export interface Route {
  readonly path: string;
  readonly handlers: readonly Handler[];
}

export interface AdminStage {
  readonly routes: readonly Route[];
  /** The permission that a guard asks for. */
  readonly permissionAsked: ReadonlyMap<Handler, string>;
  find(path: string): Route;
}

/** Everything that is mounted on the admin side of a Node-RED that only listens. */
export function adminStage(
  mountAll: (RED: NodeAPI) => void,
  settings: object = {},
  nodes: ReadonlyMap<string, object> = new Map(),
): AdminStage {
  const routes: Route[] = [];
  const permissionAsked = new Map<Handler, string>();
  const mount =
    (method: string) =>
    (path: string, ...handlers: Handler[]) => {
      routes.push({ path: `${method} ${path}`, handlers });
    };
  const needsPermission = (scope: string) => {
    const guard: Handler = (_request, _response, next) => next();
    permissionAsked.set(guard, scope);
    return guard;
  };
  mountAll({
    _: (key: string) => key,
    settings: { userDir: '/nowhere', ...settings },
    auth: { needsPermission },
    nodes: { getNode: (id: string) => nodes.get(id) ?? null, getCredentials: () => undefined, eachNode() {} },
    httpAdmin: { get: mount('GET'), post: mount('POST'), delete: mount('DELETE') },
  } as unknown as NodeAPI);
  return {
    routes,
    permissionAsked,
    find: (path) => routes.find((route) => route.path === path)!,
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** The JSON of the answer, or its text. */
  readonly body: unknown;
}

/** The answer once all guards were passed, or of the guard that stopped it. */
export function ask({ handlers }: Route, request: object): Promise<Answered> {
  return new Promise((resolve) => {
    let status = 200;
    let text = '';
    const headers: Record<string, string> = {};
    const end = (body: unknown) => resolve({ status, headers, body });
    const response = {
      status(code: number) {
        status = code;
        return response;
      },
      set(fields: Record<string, string>) {
        Object.assign(headers, fields);
        return response;
      },
      write: (piece: string) => {
        text += piece;
      },
      end: (piece = '') => end(text + piece),
      json: end,
    };
    const step = (index: number) => handlers[index]?.(request, response, () => step(index + 1));
    step(0);
  });
}

/** As the dialogs ask. */
export const fromDialog = (body: object, headers: object = {}) => ({
  headers: { 'x-email-app': '1', ...headers },
  params: {},
  body,
});
