/** RFC 8058 over a raw socket: what mail programs, scanners and attackers really send. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { openUnsubscribeSite, type Serve } from '../support/unsubscribe-site.ts';
import { describeOneClick } from './one-click-contract.ts';

/** The one that Node-RED serves its HTTP nodes with. */
const express = createRequire(new URL('../../demo/package.json', import.meta.url))('express');

describeOneClick('the one-click endpoint on a listener of its own', () => openUnsubscribeSite());
describeOneClick('the one-click endpoint among HTTP nodes', () =>
  openUnsubscribeSite({}, { serve: amongHttpNodes() }),
);
describeOneClick('the one-click endpoint behind body parsers', () =>
  openUnsubscribeSite({}, { serve: amongHttpNodes(express.urlencoded({ extended: true }), express.json()) }),
);

/** As Node-RED does it: an application for HTTP nodes below a path, after what the settings put before it. */
function amongHttpNodes(...middleware: unknown[]): Serve {
  return async (endpoint) => {
    const [app, httpNode] = [express(), express()];
    // Express prints the errors of its own parsers otherwise.
    app.set('env', 'test');
    httpNode.use(endpoint.handle);
    for (const one of middleware) app.use(one);
    app.use('/red', httpNode);
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/red`,
      close: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };
}
