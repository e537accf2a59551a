/** The email-app node of the variants, sending over SMTP to the mail server at `port`. */
export const benchApp = (port: number) => ({
  id: 'app',
  type: 'email-app',
  name: 'bench',
  appId: benchAppId,
  identity: 'example.com',
  route: 'smtp',
  host: '127.0.0.1',
  port,
  security: 'none',
  rate: 100_000,
  concurrency: 20,
  maxWaiting: 10_000_000,
});

export const benchAppId = 'benchbenchbench1';
