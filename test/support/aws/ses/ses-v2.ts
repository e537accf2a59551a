// SES v2 on the wire: REST with JSON. A table says which method and path is which operation.
import { AwsError } from '../aws-error.ts';
import type { AwsRequest } from '../aws-request.ts';
import type { AwsWorld } from '../aws-world.ts';
import { type Answer, jsonRefusals, type Operation, type Service } from '../service.ts';
import { getAccount, listDedicatedIpPools, putAccountSuppressionAttributes } from './account.ts';
import {
  createConfigurationSet,
  deleteConfigurationSet,
  getConfigurationSet,
  listConfigurationSets,
  putConfigurationSetDeliveryOptions,
  putConfigurationSetReputationOptions,
  putConfigurationSetSendingOptions,
  putConfigurationSetSuppressionOptions,
  putConfigurationSetTrackingOptions,
} from './configuration-sets.ts';
import { putEmailIdentityDkimAttributes, putEmailIdentityDkimSigningAttributes } from './dkim.ts';
import {
  createConfigurationSetEventDestination,
  deleteConfigurationSetEventDestination,
  getConfigurationSetEventDestinations,
  updateConfigurationSetEventDestination,
} from './event-destinations.ts';
import {
  createEmailIdentity,
  deleteEmailIdentity,
  getEmailIdentity,
  listEmailIdentities,
  putEmailIdentityConfigurationSetAttributes,
  putEmailIdentityFeedbackAttributes,
  putEmailIdentityMailFromAttributes,
} from './identities.ts';
import { rightsOf } from './rights.ts';
import { sendBulkEmail } from './send-bulk-email.ts';
import { sendEmail } from './send-email.ts';
import {
  deleteSuppressedDestination,
  getSuppressedDestination,
  listSuppressedDestinations,
  putSuppressedDestination,
} from './suppressed-destinations.ts';
import {
  createEmailTemplate,
  deleteEmailTemplate,
  getEmailTemplate,
  listEmailTemplates,
  updateEmailTemplate,
} from './templates.ts';

/** Members of body, path and query, as the SDK names them. */
export type Input = Record<string, unknown>;
type Deed = (world: AwsWorld, input: never) => object | Promise<object>;

const deeds: Readonly<Record<string, Deed>> = {
  'GET /account': getAccount,
  'PUT /account/suppression': putAccountSuppressionAttributes,
  'GET /dedicated-ip-pools': listDedicatedIpPools,
  'POST /outbound-emails': sendEmail,
  'POST /outbound-bulk-emails': sendBulkEmail,
  'POST /identities': createEmailIdentity,
  'POST /list-identities': listEmailIdentities,
  'GET /identities/{EmailIdentity}': getEmailIdentity,
  'DELETE /identities/{EmailIdentity}': deleteEmailIdentity,
  'PUT /identities/{EmailIdentity}/dkim': putEmailIdentityDkimAttributes,
  'PUT /identities/{EmailIdentity}/dkim/signing': putEmailIdentityDkimSigningAttributes,
  'PUT /identities/{EmailIdentity}/mail-from': putEmailIdentityMailFromAttributes,
  'PUT /identities/{EmailIdentity}/configuration-set': putEmailIdentityConfigurationSetAttributes,
  'PUT /identities/{EmailIdentity}/feedback': putEmailIdentityFeedbackAttributes,
  'POST /configuration-sets': createConfigurationSet,
  'POST /list-configuration-sets': listConfigurationSets,
  'GET /configuration-sets/{ConfigurationSetName}': getConfigurationSet,
  'DELETE /configuration-sets/{ConfigurationSetName}': deleteConfigurationSet,
  'PUT /configuration-sets/{ConfigurationSetName}/delivery-options': putConfigurationSetDeliveryOptions,
  'PUT /configuration-sets/{ConfigurationSetName}/tracking-options': putConfigurationSetTrackingOptions,
  'PUT /configuration-sets/{ConfigurationSetName}/suppression-options': putConfigurationSetSuppressionOptions,
  'PUT /configuration-sets/{ConfigurationSetName}/sending': putConfigurationSetSendingOptions,
  'PUT /configuration-sets/{ConfigurationSetName}/reputation-options': putConfigurationSetReputationOptions,
  'POST /configuration-sets/{ConfigurationSetName}/event-destinations':
    createConfigurationSetEventDestination,
  'GET /configuration-sets/{ConfigurationSetName}/event-destinations': getConfigurationSetEventDestinations,
  'PUT /configuration-sets/{ConfigurationSetName}/event-destinations/{EventDestinationName}':
    updateConfigurationSetEventDestination,
  'DELETE /configuration-sets/{ConfigurationSetName}/event-destinations/{EventDestinationName}':
    deleteConfigurationSetEventDestination,
  'PUT /suppression/addresses': putSuppressedDestination,
  'GET /suppression/addresses': listSuppressedDestinations,
  'GET /suppression/addresses/{EmailAddress}': getSuppressedDestination,
  'DELETE /suppression/addresses/{EmailAddress}': deleteSuppressedDestination,
  'POST /templates': createEmailTemplate,
  'GET /templates': listEmailTemplates,
  'GET /templates/{TemplateName}': getEmailTemplate,
  'PUT /templates/{TemplateName}': updateEmailTemplate,
  'DELETE /templates/{TemplateName}': deleteEmailTemplate,
};

const prefix = '/v2/email';

export const sesV2: Service = {
  name: 'ses',
  refusals: jsonRefusals,
  takes: ({ path }) => path.startsWith(`${prefix}/`),
  operation,
  refuse: ({ code, status, message }) => jsonAnswer(status, { message }, { 'x-amzn-errortype': code }),
};

function operation(request: AwsRequest, world: AwsWorld): Operation {
  const { deed, params } = routed(request);
  const input: Input = { ...(request.body.length > 0 && parsed(request.body)), ...params };
  return {
    action: actionOf(deed),
    rights: rightsOf(world, actionOf(deed), input),
    run: async () => jsonAnswer(200, await deed(world, input as never)),
  };
}

/** `sendEmail` is SendEmail: functions bear the names of the operations. */
function actionOf({ name }: Deed): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function routed({ method, path, query }: AwsRequest): { deed: Deed; params: Input } {
  const given = path.slice(prefix.length).split('/');
  for (const [route, deed] of Object.entries(deeds)) {
    const [wantedMethod, pattern = ''] = route.split(' ');
    const wanted = pattern.split('/');
    if (wantedMethod !== method || wanted.length !== given.length) continue;
    const params: Input = Object.fromEntries(query);
    if (query.has('Reason')) params.Reasons = query.getAll('Reason');
    const fits = wanted.every((label, at) => {
      const segment = given[at] ?? '';
      if (!label.startsWith('{')) return label === segment;
      params[label.slice(1, -1)] = decodeURIComponent(segment);
      return true;
    });
    if (fits) return { deed, params };
  }
  throw new AwsError('UnknownOperationException', `The stand-in does not know ${method} ${path}.`, 404);
}

function parsed(body: Buffer): object {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

/** Times are seconds since the epoch. */
function jsonAnswer(status: number, body: object, headers: Record<string, string> = {}): Answer {
  const text = JSON.stringify(body, function seconds(this: Record<string, unknown>, key, value) {
    const original = this[key];
    return original instanceof Date ? original.getTime() / 1000 : value;
  });
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: text };
}
