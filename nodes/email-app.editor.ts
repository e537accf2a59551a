import { offerAlertApps } from './editor/alert-apps.ts';
import { giveAppId, isTakenAppId } from './editor/app-id.ts';
import { showCapturedMails } from './editor/captured-mails.ts';
import { labelCopyButtons } from './editor/copy-buttons.ts';
import { showDeliveryState } from './editor/delivery-state.ts';
import { rowsOf } from './editor/editable-rows.ts';
import {
  addressOf,
  isAbsolutePath,
  isAddress,
  isAppId,
  isBaseUrl,
  isConfigurationSet,
  isDomain,
  isHost,
  isIpAddress,
  isIpBlock,
  isNumberWithin,
  isRegion,
  isSenderRule,
  isServiceUrl,
  isTopicArn,
  isWholeWithin,
  listOf,
  maySendAs,
} from './editor/field-checks.ts';
import { fillEmptySelects } from './editor/fill-empty-selects.ts';
import { normaliseIdentity } from './editor/identity-field.ts';
import { openInboundTab } from './editor/inbound-tab.ts';
import { hideSavedSecret, secretValue } from './editor/kept-secret.ts';
import { markErrors } from './editor/mark-errors.ts';
import { openOAuthLogin } from './editor/oauth-login.ts';
import { offerRouteTests } from './editor/route-tests.ts';
import { openSesRoute } from './editor/ses-route.ts';
import { openSetupTab } from './editor/setup-tab.ts';
import { showWhen } from './editor/show-when.ts';
import { haveGoodIds } from './editor/template-drafts.ts';
import { openTemplatesTab, presentTemplates } from './editor/templates-tab.ts';
import { openUnsubscribeTab } from './editor/unsubscribe-tab.ts';
import { check, checkIfSet, presentSwitch, siblingValue, watchDialog } from './editor/validate.ts';
import { mostTopics } from './lib/settings/most-topics.ts';

let closeTemplates: (() => void) | undefined;

RED.nodes.registerType('email-app', {
  category: 'config',
  color: '#a9d3ec',
  icon: 'email-app.svg',
  inputs: 0,
  outputs: 0,
  defaults: {
    name: { value: '' },
    appId: { value: '', validate: check('app-id', (id, node) => isAppId(id) && !isTakenAppId(id, node)) },
    identity: { value: '', validate: check('identity', isIdentity) },
    sender: { value: '', validate: checkIfSet('sender', isOwnSender) },
    allowedSenders: { value: '', validate: check('allowed-senders', (v) => listOf(v).every(isSenderRule)) },
    baseUrl: { value: '', validate: checkIfSet('base-url', isBaseUrl) },
    owner: { value: '', validate: checkIfSet('address', isAddress) },
    alertThrough: { value: '' },
    route: { value: 'smtp' },
    region: { value: '', validate: check('region', (v, node) => !uses('ses', node) || isRegion(v)) },
    awsAuth: { value: 'keys' },
    awsEndpoint: { value: '', validate: checkIfSet('service-url', isServiceUrl) },
    configurationSet: { value: '', validate: checkIfSet('configuration-set', isConfigurationSet) },
    sesBulk: { value: false },
    smtpAuth: { value: 'password' },
    oauthProvider: { value: 'google' },
    oauthGrant: { value: 'authorization-code' },
    oauthClientId: { value: '', validate: check('client-id', (v, node) => !usesOAuth(node) || v !== '') },
    oauthAuthorizationUrl: {
      value: '',
      validate: check('service-url', (v, node) => !asksPerson(node) || isServiceUrl(v)),
    },
    oauthTokenUrl: {
      value: '',
      validate: check('service-url', (v, node) => !usesOAuth(node) || isServiceUrl(v)),
    },
    oauthRefreshUrl: { value: '', validate: checkIfSet('service-url', isServiceUrl) },
    oauthScope: { value: '', validate: check('scope', (v, node) => !usesOAuth(node) || v !== '') },
    oauthValidity: { value: 3600, validate: checkIfSet('validity', (v) => isWholeWithin(v, 60, 31_536_000)) },
    oauthAlwaysConsent: { value: false },
    oauthSignInAs: { value: '' },
    setupDkim: { value: 'easy' },
    setupMailFrom: { value: '', validate: checkIfSet('mail-from', isHost) },
    setupReceive: { value: false },
    setupInbound: { value: '', validate: checkIfSet('inbound', isHost) },
    setupOwnership: { value: false },
    setupTrackOpens: { value: false },
    setupTrackClicks: { value: false },
    setupRedirectDomain: { value: '', validate: checkIfSet('redirect-domain', isDomain) },
    setupPool: { value: '' },
    host: { value: '', validate: check('host', (v, node) => !uses('smtp', node) || isHost(v)) },
    port: {
      value: 587,
      validate: checkIfSet('port', (v, node) => !uses('smtp', node) || isWholeWithin(v, 1, 65535)),
    },
    security: { value: 'starttls' },
    tls: { value: '', type: 'tls-config', required: false },
    ehloName: { value: '', validate: checkIfSet('ehlo-name', isHost) },
    dkimDomain: { value: '', validate: checkIfSet('dkim-domain', isDomain) },
    dkimSelector: { value: '', validate: checkIfSet('dkim-selector', isHost) },
    rate: { value: '', validate: checkIfSet('rate', (v) => isNumberWithin(v, 0.01, 100_000)) },
    concurrency: { value: 5, validate: checkIfSet('concurrency', (v) => isWholeWithin(v, 1, 100)) },
    giveUpAfterHours: { value: 96, validate: checkIfSet('give-up', (v) => isWholeWithin(v, 1, 720)) },
    unknown: { value: 'hold' },
    maxWaiting: {
      value: 100000,
      validate: checkIfSet('max-waiting', (v) => isWholeWithin(v, 1, 10_000_000)),
    },
    keepDays: { value: 7, validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    keyDays: { value: 7, validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    maxMailMb: { value: 40, validate: checkIfSet('max-mail', (v) => isWholeWithin(v, 1, 100)) },
    envelopeSender: { value: '', validate: checkIfSet('address', isAddress) },
    attachmentFolder: { value: '', validate: checkIfSet('folder', isAbsolutePath) },
    unsubscribeEnabled: { value: false },
    unsubscribeHeaders: { value: true },
    skipSenders: { value: [] },
    unsubscribeMailto: { value: '', validate: checkIfSet('address', isAddress) },
    topics: { value: [], validate: checkTopics },
    marketingWithoutLink: { value: 'refuse' },
    checkCopies: { value: true },
    foldAddresses: { value: false },
    pageOrganisation: { value: '' },
    pageLogo: { value: '' },
    pageNote: { value: '' },
    pageLanguage: { value: 'en' },
    evidenceDays: { value: 365, validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    trustedProxies: { value: '', validate: check('proxies', (v) => listOf(v).every(isIpBlock)) },
    listenerAddress: { value: '', validate: checkIfSet('ip', isIpAddress) },
    listenerPort: { value: '', validate: checkIfSet('port', (v) => isWholeWithin(v, 1, 65535)) },
    listenerTls: { value: '', type: 'tls-config', required: false },
    templates: { value: [], validate: checkTemplates },
    inboundSmtp: { value: false },
    receiverHost: {
      value: '',
      validate: check('receiver-host', (v, node) => !isOn('inboundSmtp', node) || isHost(v)),
    },
    receiverAddress: { value: '', validate: checkIfSet('ip', isIpAddress) },
    receiverPort: { value: '', validate: checkIfSet('port', (v) => isWholeWithin(v, 1, 65535)) },
    receiverTls: { value: '', type: 'tls-config', required: false },
    receiverAddresses: {
      value: '',
      validate: check('receiver-addresses', (v) => listOf(v).every(isSenderRule)),
    },
    inboundImap: { value: false },
    imapHost: { value: '', validate: check('host', (v, node) => !isOn('inboundImap', node) || isHost(v)) },
    imapPort: { value: '', validate: checkIfSet('port', (v) => isWholeWithin(v, 1, 65535)) },
    imapSecurity: { value: 'ssl' },
    imapTls: { value: '', type: 'tls-config', required: false },
    imapAuth: { value: 'password' },
    imapFolder: { value: '' },
    imapAfterRead: { value: 'seen' },
    imapMoveTo: { value: '', validate: check('imap-move-to', (v, node) => !movesMail(node) || v !== '') },
    inboundHttp: { value: false },
    inboundSes: { value: false },
    sesEvents: { value: false },
    sesNotices: { value: 'queue' },
    sesTopics: { value: '', validate: check('ses-topics', haveGoodTopics) },
    maxInboundMb: { value: '', validate: checkIfSet('max-mail', (v) => isWholeWithin(v, 1, 100)) },
    setAsideDays: { value: '', validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    eventDays: { value: '', validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    suppressHardBounces: { value: true },
    suppressComplaints: { value: true },
    suppressSoftBounces: { value: true },
    softBounceCount: { value: '', validate: checkIfSet('soft-bounces', (v) => isWholeWithin(v, 2, 100)) },
    softBounceDays: { value: '', validate: checkIfSet('soft-bounces', (v) => isWholeWithin(v, 1, 365)) },
    breaker: { value: true },
    bounceWarn: { value: '', validate: checkIfSet('rates', isShare) },
    bouncePause: { value: '', validate: checkIfSet('rates', isShare) },
    complaintWarn: { value: '', validate: checkIfSet('rates', isShare) },
    complaintPause: { value: '', validate: checkIfSet('rates', isShare) },
    breakerHours: { value: '', validate: checkIfSet('breaker-hours', (v) => isWholeWithin(v, 1, 720)) },
    breakerLeast: {
      value: '',
      validate: checkIfSet('breaker-least', (v) => isWholeWithin(v, 1, 1_000_000)),
    },
  },
  credentials: {
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
  label() {
    return this.name || String(this.identity || this._('email-app.label'));
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    watchDialog(this, 'node-config-input');
    const form = $('#email-app-form');
    offerAlertApps(this);
    fillEmptySelects(this, form);
    giveAppId();
    openTabs(this);
    normaliseIdentity(this);
    suggestPort();
    for (const name of shownSecrets) {
      const texts = { saved: this._('email-app.secret.saved'), remove: this._('email-app.secret.remove') };
      hideSavedSecret($(`#node-config-input-${name}`), texts);
    }
    offerRouteTests(this);
    showCapturedMails(this);
    showDeliveryState(this);
    showWhen(form, $('#node-config-input-route'), 'route');
    showWhen(form, $('#node-config-input-security'), 'security');
    labelCopyButtons(this, form);
    openSesRoute(this, form);
    openOAuthLogin(this, form);
    openSetupTab(this, form);
    openUnsubscribeTab(this, form);
    openInboundTab(this, form);
    closeTemplates = openTemplatesTab(this);
  },
  oneditsave() {
    this.skipSenders = rowsOf($('#node-config-input-skipSenders-list'));
    this.topics = rowsOf($('#node-config-input-topics-list'));
    this.templates = presentTemplates();
    closeTemplates?.();
    for (const name of shownSecrets) {
      const field = $(`#node-config-input-${name}`);
      field.val(secretValue(field));
    }
  },
  oneditcancel() {
    closeTemplates?.();
  },
  oneditdelete() {
    closeTemplates?.();
  },
});

function checkTemplates(this: EditorNode, templates: unknown, _options: object): true | string {
  return haveGoodIds(templates) || this._('email-app.check.templates');
}

function checkTopics(this: EditorNode, topics: unknown, _options: object): true | string {
  const fit = !Array.isArray(topics) || topics.length <= mostTopics;
  return fit || this._('email-app.check.topics', { count: mostTopics });
}

/** Secrets whose fields show what is typed: they do not show what is saved. */
const shownSecrets = ['user', 'dkimKey', 'accessKeyId', 'imapUser', 'httpSecret'];

function uses(route: string, node: EditorNode): boolean {
  return siblingValue(node, 'route') === route;
}

function usesOAuth(node: EditorNode): boolean {
  return uses('smtp', node) && siblingValue(node, 'smtpAuth') === 'oauth';
}

function asksPerson(node: EditorNode): boolean {
  return usesOAuth(node) && siblingValue(node, 'oauthGrant') !== 'client-credentials';
}

function isOn(source: string, node: EditorNode): boolean {
  return presentSwitch(node, source);
}

function movesMail(node: EditorNode): boolean {
  return isOn('inboundImap', node) && siblingValue(node, 'imapAfterRead') === 'move';
}

/** A share of mails in percent. */
function isShare(text: string): boolean {
  return isNumberWithin(text, 0.001, 100);
}

function haveGoodTopics(text: string, node: EditorNode): boolean {
  const isUsed = uses('ses', node) && (isOn('inboundSes', node) || isOn('sesEvents', node));
  const isNeeded = isUsed && siblingValue(node, 'sesNotices') === 'endpoint';
  return listOf(text).every(isTopicArn) && (!isNeeded || text !== '');
}

function isIdentity(text: string): boolean {
  return text.includes('@') ? isAddress(text) : isDomain(text);
}

function isOwnSender(text: string, node: EditorNode): boolean {
  const address = addressOf(text);
  const identity = siblingValue(node, 'identity');
  if (!address || !isIdentity(identity)) return address !== undefined;
  return maySendAs(address, identity, listOf(siblingValue(node, 'allowedSenders')));
}

function openTabs(node: EditorNode): void {
  const names = ['general', 'route', 'setup', 'unsubscribe', 'templates', 'inbound', 'delivery'];
  const tabs = RED.tabs.create({
    id: 'email-app-tabs',
    onchange(tab) {
      for (const name of names)
        $(`#email-app-${name}`).toggleClass('email-hidden', tab.id !== `email-app-${name}`);
    },
  });
  for (const name of names) tabs.addTab({ id: `email-app-${name}`, label: node._(`email-app.tab.${name}`) });
  $('#email-app-tabs').on('keydown', 'a', (event) => {
    if (event.key === 'Enter' || event.key === ' ') tabs.activateTab(event.currentTarget.hash.slice(1));
  });
  markErrors(
    $('#email-app-form'),
    names.map((name) => ({
      header: $(`#email-app-tabs a[href="#email-app-${name}"]`).parent(),
      body: $(`#email-app-${name}`),
    })),
  );
}

const usualPorts: Record<string, string> = { starttls: '587', ssl: '465', none: '25' };

/** Another security means another port, unless the person chose a port of their own. */
function suggestPort(): void {
  const security = $('#node-config-input-security');
  const port = $('#node-config-input-port');
  let before = security.val();
  security.on('change', () => {
    const chosen = security.val();
    const usual = Object.values(usualPorts).includes(String(port.val()));
    if (chosen !== before && usual) port.val(usualPorts[String(chosen)] ?? '').trigger('change');
    before = chosen;
  });
}
