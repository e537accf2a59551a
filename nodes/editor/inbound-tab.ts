import { publicUrl } from '../lib/kernel/public-path.ts';
import { callAdmin } from './call-admin.ts';
import { showInboundState } from './inbound-state.ts';
import { presentValues } from './present-values.ts';
import { showAnswer } from './show-answer.ts';
import { showWhen } from './show-when.ts';
import { whileBusy } from './while-busy.ts';

const field = (name: string) => $(`#node-config-input-${name}`);

/** The sources of received mail: what each needs, what the app makes for it, and how it stands. */
export function openInboundTab(node: EditorNode, form: JQuery): void {
  fillMissingSwitches(node, ['suppressHardBounces', 'suppressComplaints', 'suppressSoftBounces', 'breaker']);
  showWhen(form, field('inboundSmtp'), 'inbound-smtp');
  showWhen(form, field('inboundImap'), 'inbound-imap');
  showWhen(form, field('inboundHttp'), 'inbound-http');
  showWhen(form, field('imapSecurity'), 'imap-security');
  showWhen(form, field('imapAuth'), 'imap-auth');
  showWhen(form, field('imapAfterRead'), 'imap-after');
  showWhen(form, field('sesNotices'), 'ses-notices');
  showWhen(form, field('suppressSoftBounces'), 'soft-bounces');
  showWhen(form, field('breaker'), 'breaker');
  showSesNotices();
  showUsualPort();
  showPublicUrls();
  offerSecret();
  offerImapTest(node);
  showInboundState(node);
}

/** A flow of an older version lacks what is on unless it is switched off. */
function fillMissingSwitches(node: EditorNode, names: readonly string[]): void {
  for (const name of names) if (node[name] === undefined) field(name).prop('checked', true);
}

/** How SES tells of mails matters for those received as well as for those sent. */
function showSesNotices(): void {
  const switches = field('inboundSes').add(field('sesEvents'));
  const show = () => $('#email-app-ses-notices').toggleClass('email-hidden', !switches.is(':checked'));
  switches.on('change', show);
  show();
}

function showUsualPort(): void {
  const security = field('imapSecurity');
  const show = () => field('imapPort').attr('placeholder', security.val() === 'ssl' ? '993' : '143');
  security.on('change', show);
  show();
}

/** They begin with the public base URL, and are known as soon as that is. */
function showPublicUrls(): void {
  const inputs = field('baseUrl').add(field('appId'));
  const show = () => {
    const base = String(field('baseUrl').val() ?? '').trim();
    const appId = String(field('appId').val() ?? '').trim();
    $('#email-app-inbound-url').val(base && publicUrl(base, appId, 'inbound'));
    $('#email-app-sns-url').val(base && publicUrl(base, appId, 'sns'));
  };
  inputs.on('change input', show);
  show();
}

/** 192 random bits, in signs that need no quoting anywhere. */
function offerSecret(): void {
  $('#email-app-secret-make').on('click', () => {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    const secret = btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_');
    field('httpSecret').val(secret).trigger('change').trigger('focus');
  });
}

function offerImapTest(node: EditorNode): void {
  const button = $('#email-app-imap-test');
  const answer = $('#email-app-imap-answer');
  button.on('click', () =>
    whileBusy({ node, buttons: button, answer }, async () => {
      showAnswer(answer, 'busy', node._('email-app.test.testing'));
      const { ok, text } = await callAdmin<{ ok: boolean; text: string }>(
        'POST',
        'test-imap',
        presentValues(node),
      );
      showAnswer(answer, ok ? 'good' : 'bad', text);
    }),
  );
}
