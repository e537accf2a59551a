import { openPlumbing } from './setup-plumbing.ts';
import { showPolicy } from './setup-policy.ts';
import { openRecords } from './setup-records.ts';
import { openSuppression } from './setup-suppression.ts';
import { showWhen } from './show-when.ts';

/** Prepares the tab "Set-up": what has to be done once so that Amazon SES sends for the app's domain. */
export function openSetupTab(node: EditorNode, form: JQuery): void {
  mirrorDomain();
  shareDkimKey();
  showWhen(form, $('#node-config-input-setupDkim'), 'setup-dkim');
  showWhen(form, $('#node-config-input-setupReceive'), 'setup-receive');
  openRecords(node, form);
  openPlumbing(node);
  openSuppression(node);
  showPolicy(node, form);
}

/** The domain is the app's own: typed here or on the first tab, it stands in both places. */
function mirrorDomain(): void {
  const identity = $('#node-config-input-identity');
  const domain = $('#email-app-setup-domain');
  const show = () => {
    const text = String(identity.val() ?? '').trim();
    const isMailbox = text.includes('@');
    $('#email-app-setup-mailbox').toggleClass('email-hidden', !isMailbox);
    domain.prop('readonly', isMailbox);
    if (!domain.is(':focus')) domain.val(text.slice(text.lastIndexOf('@') + 1));
    const shown = String(domain.val()) || 'example.com';
    $('.email-app-setup-below').text(`.${shown}`);
  };
  identity.on('change input blur', show);
  domain.on('input', () => {
    identity.val(String(domain.val())).trigger('change');
  });
  domain.on('blur', () => identity.trigger('blur'));
  show();
}

/** One DKIM key for both routes: signed with by this app, or given to SES to sign with. */
function shareDkimKey(): void {
  const key = $('#email-app-dkim-key');
  const route = $('#node-config-input-route');
  const place = () =>
    key.appendTo(route.val() === 'ses' ? '#email-app-setup-dkim-place' : '#email-app-dkim-own');
  route.on('change', place);
  place();
  const host = $('#node-config-input-host');
  const warn = () =>
    $('#email-app-dkim-ses').toggleClass('email-hidden', !isSesHost(String(host.val()).trim()));
  host.on('change input', warn);
  warn();
}

/** SES writes its own Message-ID and Date into what comes over SMTP, so that a signature of ours does not hold. */
const isSesHost = (host: string) => /^email-smtp(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/i.test(host);
