/** Serves a listener here and has another process post to it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PostLoad {
  /** Posts the one-click pair to each path and resolves to the number of answers with status 200: all of them. */
  post(paths: readonly string[]): Promise<number>;
}

export async function postLoad(listener: RequestListener): Promise<PostLoad> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const poster = fork(new URL('./poster.ts', import.meta.url), [`${port}`]);
  return {
    async post(paths) {
      poster.send(paths);
      const [taken] = await once(poster, 'message');
      if (taken !== paths.length) throw new Error(`${paths.length} posted, ${taken} taken`);
      return paths.length;
    },
  };
}
