/** The SES part of config and credentials comes in; a route that can be opened goes out. */
import type { AwsAccess, AwsKeys, SesRoute } from './app-settings.ts';
import { readProxy } from './read-proxy.ts';
import type { RouteSources } from './read-route.ts';
import { readServiceUrl } from './read-service-url.ts';
import {
  badSetting,
  type RawSettings,
  readOneOf,
  readSecret,
  readSwitch,
  readText,
  requireText,
} from './setting-readers.ts';

const sources = ['keys', 'chain'] as const;

/** Throws EmailError `bad-settings`. */
export function readSesRoute({ config, credentials, proxy }: RouteSources): SesRoute {
  return {
    kind: 'ses',
    aws: { ...readAwsAccess(config, credentials), proxy: readProxy(proxy) },
    configurationSet: readSetName(config),
    bulk: readSwitch(config, 'sesBulk', false),
  };
}

function readAwsAccess(config: RawSettings, credentials: RawSettings): AwsAccess {
  const endpoint = readText(config, 'awsEndpoint');
  return {
    region: readRegion(config),
    keys: readOneOf(config, 'awsAuth', sources) === 'keys' ? readKeys(credentials) : undefined,
    endpoint: endpoint && readServiceUrl(endpoint, 'awsEndpoint'),
  };
}

/** It becomes part of a host name, so nothing else may be in it (GHSA-6475-r3vj-m8vf). */
function readRegion(config: RawSettings): string {
  const region = requireText(config, 'region').toLowerCase();
  if (/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(region)) return region;
  throw badSetting('region', 'it must be the name of an AWS region, e.g. eu-central-1');
}

function readKeys(credentials: RawSettings): AwsKeys {
  const accessKeyId = readText(credentials, 'accessKeyId');
  const secretAccessKey = readSecret(credentials, 'secretAccessKey')?.trim();
  if (accessKeyId === undefined)
    throw badSetting('accessKeyId', 'it is empty; type it in, or choose the AWS default credentials');
  if (!secretAccessKey) throw badSetting('secretAccessKey', 'it is empty; type it in again');
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: readSecret(credentials, 'sessionToken')?.trim() || undefined,
  };
}

function readSetName(config: RawSettings): string | undefined {
  const name = readText(config, 'configurationSet');
  if (name === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(name)) return name;
  throw badSetting('configurationSet', 'it has letters, digits, hyphens and underscores only, 64 at most');
}
