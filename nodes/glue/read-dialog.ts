import type { NodeAPI } from 'node-red';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { readSetupSettings, type SetupSettings } from '../lib/settings/read-setup-settings.ts';
import { type Fields, readAppConfig } from './read-app-config.ts';

/** What the editor shows, and sends back, for a saved password that was not touched. */
const untouched = '__PWRD__';

export interface Dialog {
  readonly id?: unknown;
  readonly config?: unknown;
  readonly credentials?: unknown;
}

/** The settings of a dialog as it stands, deployed or not: an untouched password means the saved one. */
export function readDialog(RED: NodeAPI, dialog: Dialog): AppSettings {
  const { config, credentials } = dialogFields(RED, dialog, 'email-app');
  return readAppConfig(RED, config, credentials);
}

/** What it wants set up. */
export function readDialogSetup(RED: NodeAPI, dialog: Dialog): SetupSettings {
  const { config, credentials } = dialogFields(RED, dialog, 'email-app');
  return readSetupSettings(config, credentials);
}

/** Its fields for a reader of settings; saved passwords are those of a node of this type. */
export function dialogFields(
  RED: NodeAPI,
  { id, config, credentials }: Dialog,
  type: string,
): Record<'config' | 'credentials', Fields> {
  const saved = typeof id === 'string' && isNode(RED, id, type) ? asFields(RED.nodes.getCredentials(id)) : {};
  const typed = Object.entries(asFields(credentials)).map(([name, value]) => {
    return [name, value === untouched ? saved[name] : value];
  });
  return { config: filled(asFields(config)), credentials: filled(Object.fromEntries(typed)) };
}

/** The credentials of other nodes are none of ours, and the dialog could be sent to any server. */
function isNode(RED: NodeAPI, id: string, type: string): boolean {
  let found = false;
  RED.nodes.eachNode((node) => {
    found ||= node.id === id && node.type === type;
  });
  return found;
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** `${NAME}` stands for an environment variable, as Node-RED fills it in when a node is deployed. */
function filled(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const variable = typeof value === 'string' ? /^\$\{([^}]+)\}$/.exec(value)?.[1] : undefined;
      return [name, variable === undefined ? value : process.env[variable]];
    }),
  );
}
