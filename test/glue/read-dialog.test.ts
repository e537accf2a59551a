import assert from 'node:assert/strict';
import type { NodeAPI, NodeDef } from 'node-red';
import { readDialog } from '../../nodes/glue/read-dialog.ts';

const saved = { user: 'joe', password: 'secret' };
const RED = {
  nodes: {
    getCredentials: () => saved,
    eachNode(tell: (node: NodeDef) => void) {
      tell({ id: 'app', type: 'email-app', name: '', z: '' });
      tell({ id: 'broker', type: 'mqtt-broker', name: '', z: '' });
    },
  },
} as unknown as NodeAPI;

const config = { appId: 'app00001', identity: 'example.com', route: 'smtp', host: 'mail.example.com' };
const credentials = { user: '__PWRD__', password: '__PWRD__' };

function loginOf(id: string) {
  const { route } = readDialog(RED, { id, config, credentials });
  return route.kind === 'smtp' ? route.login : undefined;
}

describe('readDialog', () => {
  it('takes the saved password for one that was not touched', () => {
    assert.deepEqual(loginOf('app'), { kind: 'password', ...saved });
  });

  it('gives no credentials of another kind of node to a mail server', () => {
    assert.equal(loginOf('broker'), undefined);
  });
});
