import type { Node, NodeAPI, NodeDef } from 'node-red';
import { adminEndpoints } from './glue/admin-endpoints.ts';
import { warnOfSetup } from './glue/deploy-warnings.ts';
import { deployedApps } from './glue/deployed-apps.ts';
import { onClose } from './glue/on-close.ts';
import { type Fields, readAppConfig } from './glue/read-app-config.ts';
import { requireSecrets } from './glue/require-secrets.ts';
import { type EmailAppNode, runningApps } from './glue/running-app.ts';
import { asEmailError } from './lib/kernel/errors.ts';

/** The config node: opens its app when it is deployed and closes it when it is stopped. */
export default function registerEmailApp(RED: NodeAPI): void {
  const apps = runningApps(RED);
  const deployed = deployedApps();

  function EmailApp(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config);
    const open = async () => {
      const [fields, credentials] = [{ ...config }, this.credentials as Fields];
      requireSecrets(fields, credentials);
      return apps.open(readAppConfig(RED, fields, credentials), this);
    };
    const running = open();
    const node: EmailAppNode = Object.assign(this, { running });
    deployed.add(node, { ...config });
    // An app that is open stays so whatever goes wrong with the warnings: `running` is what closes it.
    running
      .then((app) => warnOfSetup(RED, this, app.settings, app.mailRoom.forwardingAddress))
      .catch((thrown) => this.error(asEmailError(thrown).message));
    onClose(this, async () => {
      deployed.remove(node);
      const app = await running.catch(() => undefined);
      if (app) await apps.close(app);
    });
  }

  RED.nodes.registerType('email-app', EmailApp, {
    credentials: {
      storePassword: { type: 'password' },
      user: { type: 'password' },
      password: { type: 'password' },
      dkimKey: { type: 'password' },
      accessKeyId: { type: 'password' },
      secretAccessKey: { type: 'password' },
      sessionToken: { type: 'password' },
      clientSecret: { type: 'password' },
      imapUser: { type: 'password' },
      imapPassword: { type: 'password' },
      httpSecret: { type: 'password' },
    },
  });
  adminEndpoints(RED, apps, deployed);
}
