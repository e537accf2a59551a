/** Posts the one-click pair to each path that its parent sends, over 32 connections, and tells how many were taken. */
import { Agent, request } from 'node:http';

const connections = 32;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const port = Number(process.argv[2]);
const body = 'List-Unsubscribe=One-Click';
const headers = {
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': body.length,
  'user-agent': 'Mail program',
};

function post(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200));
    })
      .once('error', reject)
      .end(body);
  });
}

process.on('message', async (paths: string[]) => {
  let taken = 0;
  const postSome = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) if (await post(path)) taken++;
  };
  await Promise.all(Array.from({ length: connections }, postSome));
  process.send?.(taken);
});
process.once('disconnect', () => process.exit(0));
