import type { Node, NodeAPI } from 'node-red';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { readAppSettings } from '../lib/settings/read-app-settings.ts';
import { nameSetting } from './name-setting.ts';
import { proxyOf } from './proxy-of.ts';

export type Fields = Record<string, unknown>;

/** From an email-app's config and credentials, deployed or typed in a dialog, to its settings. */
export function readAppConfig(RED: NodeAPI, config: Fields, credentials: Fields): AppSettings {
  const surroundings = {
    tls: tlsOptions(RED, config.tls),
    listenerTls: tlsOptions(RED, config.listenerTls),
    receiverTls: tlsOptions(RED, config.receiverTls),
    imapTls: tlsOptions(RED, config.imapTls),
    storeTls: tlsOptions(RED, config.storeTls),
    storeUrl: process.env.EMAIL_APP_POSTGRES,
    proxy: proxyOf(process.env),
  };
  try {
    return readAppSettings(config, credentials, surroundings);
  } catch (thrown) {
    throw nameSetting(RED, thrown);
  }
}

/** Core's tls-config node fills TLS options by itself, from files, environment or its credentials. */
type TlsNode = Node & { addTLSOptions(options: Fields): Fields };

export function tlsOptions(RED: NodeAPI, id: unknown): Fields | undefined {
  if (typeof id !== 'string' || id === '' || id === '_ADD_') return undefined;
  const node = RED.nodes.getNode(id) as TlsNode | null;
  return node?.addTLSOptions({});
}
