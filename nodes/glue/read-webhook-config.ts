import type { Node, NodeAPI } from 'node-red';
import { readWebhookSettings } from '../lib/webhook/read-webhook-settings.ts';
import type { WebhookSettings } from '../lib/webhook/webhook-settings.ts';
import { proxyOf } from './proxy-of.ts';
import { type Fields, tlsOptions } from './read-app-config.ts';

/**
 * From a webhook-out's config and credentials, deployed or typed in a dialog, to its settings. Environment variables
 * (the URL's, and one for each stored authorization) are looked up as the node sees them.
 */
export function readWebhookConfig(
  RED: NodeAPI,
  node: Node,
  config: Fields,
  credentials: Fields = {},
): WebhookSettings {
  const variable = (name: unknown): unknown => RED.util.evaluateNodeProperty(String(name), 'env', node, {});
  const fields = { ...config, url: config.urlType === 'env' ? variable(config.url) : config.url };
  return readWebhookSettings(fields, credentials, {
    tls: tlsOptions(RED, config.tls),
    proxy: proxyOf(process.env),
    authorizations: authorizationsOf(config.authorizations, variable),
  });
}

/** Rows of id and environment variable, so that no value lies in the flow. */
function authorizationsOf(rows: unknown, variable: (name: unknown) => unknown): Record<string, unknown> {
  const given = Array.isArray(rows) ? rows : [];
  return Object.fromEntries(given.map((row: Fields) => [String(row.id), variable(row.variable)]));
}
