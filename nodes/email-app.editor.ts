import { offerAlertApps } from './editor/alert-apps.ts';
import {
  asksPerson,
  checkTemplates,
  checkTopics,
  haveGoodTopics,
  isHttpSecret,
  isIdentity,
  isImapSecret,
  isOwnSender,
  isShare,
  isWarning,
  movesMail,
  namesDatabase,
  uses,
  usesOAuth,
} from './editor/app-checks.ts';
import { giveAppId, isTakenAppId } from './editor/app-id.ts';
import { showCapturedMails } from './editor/captured-mails.ts';
import { labelCopyButtons } from './editor/copy-buttons.ts';
import { showDeliveryState } from './editor/delivery-state.ts';
import { rowsOf } from './editor/editable-rows.ts';
import {
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
  isWholeWithin,
  listOf,
} from './editor/field-checks.ts';
import { fillEmptySelects } from './editor/fill-empty-selects.ts';
import { givenSecrets } from './editor/given-secrets.ts';
import { normaliseIdentity } from './editor/identity-field.ts';
import { openInboundTab } from './editor/inbound-tab.ts';
import { hideSavedSecrets, keepSavedSecrets } from './editor/kept-secret.ts';
import { openOAuthLogin } from './editor/oauth-login.ts';
import { openTabs } from './editor/open-tabs.ts';
import { offerRouteTests } from './editor/route-tests.ts';
import { openSesRoute } from './editor/ses-route.ts';
import { openSetupTab } from './editor/setup-tab.ts';
import { showWhen } from './editor/show-when.ts';
import { openStoreSection } from './editor/store-section.ts';
import { suggestPort } from './editor/suggest-port.ts';
import { openTemplatesTab, presentTemplates } from './editor/templates-tab.ts';
import { openUnsubscribeTab } from './editor/unsubscribe-tab.ts';
import { check, checkIfSet, checkSecret, presentSwitch, watchDialog } from './editor/validate.ts';

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
    storeKind: { value: 'file' },
    storeHost: { value: '', validate: checkIfSet('host', isHost) },
    storePort: { value: '', validate: checkIfSet('port', (v) => isWholeWithin(v, 1, 65535)) },
    storeDatabase: {
      value: '',
      validate: check('store-database', (v, node) => !namesDatabase(node) || v !== ''),
    },
    storeUser: { value: '', validate: check('store-user', (v, node) => !namesDatabase(node) || v !== '') },
    storeSecurity: { value: 'tls' },
    storeTls: { value: '', type: 'tls-config', required: false },
    storeConnections: { value: '', validate: checkIfSet('connections', (v) => isWholeWithin(v, 1, 50)) },
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
    contentDays: { value: '', validate: checkIfSet('content-days', (v) => isWholeWithin(v, 0, 3650)) },
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
      validate: check('receiver-host', (v, node) => !presentSwitch(node, 'inboundSmtp') || isHost(v)),
    },
    receiverAddress: { value: '', validate: checkIfSet('ip', isIpAddress) },
    receiverPort: { value: '', validate: checkIfSet('port', (v) => isWholeWithin(v, 1, 65535)) },
    receiverTls: { value: '', type: 'tls-config', required: false },
    receiverAddresses: {
      value: '',
      validate: check('receiver-addresses', (v) => listOf(v).every(isSenderRule)),
    },
    inboundImap: { value: false },
    imapHost: {
      value: '',
      validate: check('host', (v, node) => !presentSwitch(node, 'inboundImap') || isHost(v)),
    },
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
    maxKeptMb: { value: '', validate: checkIfSet('max-kept', (v) => isWholeWithin(v, 100, 1_000_000)) },
    setAsideDays: { value: '', validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    receivedDays: { value: '', validate: checkIfSet('received-days', (v) => isWholeWithin(v, 0, 365)) },
    eventDays: { value: '', validate: checkIfSet('days', (v) => isWholeWithin(v, 1, 3650)) },
    suppressHardBounces: { value: true },
    suppressComplaints: { value: true },
    suppressSoftBounces: { value: true },
    softBounceCount: { value: '', validate: checkIfSet('soft-bounces', (v) => isWholeWithin(v, 2, 100)) },
    softBounceDays: { value: '', validate: checkIfSet('soft-bounces', (v) => isWholeWithin(v, 1, 365)) },
    breaker: { value: true },
    bounceWarn: { value: '', validate: check('warn-rates', isWarning('bounce')) },
    bouncePause: { value: '', validate: checkIfSet('rates', isShare) },
    complaintWarn: { value: '', validate: check('warn-rates', isWarning('complaint')) },
    complaintPause: { value: '', validate: checkIfSet('rates', isShare) },
    breakerHours: { value: '', validate: checkIfSet('breaker-hours', (v) => isWholeWithin(v, 1, 720)) },
    givenSecrets: { value: [] },
    breakerLeast: {
      value: '',
      validate: checkIfSet('breaker-least', (v) => isWholeWithin(v, 1, 1_000_000)),
    },
  },
  credentials: {
    storePassword: { type: 'password' },
    user: { type: 'password' },
    password: { type: 'password' },
    dkimKey: { type: 'password' },
    accessKeyId: { type: 'password' },
    secretAccessKey: { type: 'password' },
    sessionToken: { type: 'password' },
    clientSecret: { type: 'password' },
    imapUser: { type: 'password', validate: checkSecret('imap-user', 'imapUser', isImapSecret) },
    imapPassword: { type: 'password', validate: checkSecret('imap-password', 'imapPassword', isImapSecret) },
    httpSecret: { type: 'password', validate: checkSecret('http-secret', 'httpSecret', isHttpSecret) },
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
    hideSavedSecrets(this);
    offerRouteTests(this);
    showCapturedMails(this);
    showDeliveryState(this);
    showWhen(form, $('#node-config-input-route'), 'route');
    showWhen(form, $('#node-config-input-security'), 'security');
    labelCopyButtons(this, form);
    openStoreSection(this, form);
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
    keepSavedSecrets();
    this.givenSecrets = givenSecrets(this, 'node-config-input');
  },
  oneditcancel() {
    closeTemplates?.();
  },
  oneditdelete() {
    closeTemplates?.();
  },
});
