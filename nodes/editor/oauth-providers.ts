import { type ProviderPreset, providerPresets } from '../lib/oauth/provider-presets.ts';

type Provider = ProviderPreset['provider'] | 'other';

const field = (name: string) => $(`#node-config-input-${name}`);
const textOf = (name: string) => String(field(name).val() ?? '').trim();

/** The buttons that fill in what a provider is known to want; what is typed afterwards stays. */
export function offerProviders(node: EditorNode): void {
  $('.email-app-provider').on('click', (event) => {
    choose(event.currentTarget.dataset.provider as Provider);
    fillIn();
    show(node);
  });
  $('#email-app-tenant').on('change input', fillTenant);
  field('oauthGrant').on('change', () => {
    fillScope();
    show(node);
  });
  field('smtpAuth').on('change', () => {
    if (textOf('smtpAuth') !== 'oauth') return;
    suggestMailbox();
    if (textOf('oauthTokenUrl') !== '') return;
    choose(likelyProvider());
    fillIn();
    show(node);
  });
  $('#email-app-tenant').val(tenantIn(textOf('oauthTokenUrl')));
  show(node);
}

/** An app that is one mailbox signs in to that; a saved user name shows as an empty field. */
function suggestMailbox(): void {
  const identity = textOf('identity');
  const isFree = textOf('user') === '' && !field('user').data('keeps');
  if (isFree && identity.includes('@')) write({ user: identity });
}

const presetOf = (provider: string): ProviderPreset | undefined =>
  provider === 'google' || provider === 'microsoft' ? providerPresets[provider] : undefined;

const chosenPreset = () => presetOf(textOf('oauthProvider'));

/** By the server that is typed; nothing typed is most often Google. */
function likelyProvider(): Provider {
  const host = textOf('host').toLowerCase();
  const known = Object.values(providerPresets).find(({ smtp }) => smtp.host === host);
  return known?.provider ?? (host === '' ? 'google' : 'other');
}

function choose(provider: Provider): void {
  field('oauthProvider').val(provider).trigger('change');
}

function write(values: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(values)) field(name).val(value).trigger('change');
}

function fillIn(): void {
  const preset = chosenPreset();
  if (!preset) return;
  const { smtp, validity } = preset;
  if (!preset.appScope) write({ oauthGrant: 'authorization-code' });
  write({ security: smtp.security, host: smtp.host, port: smtp.port, oauthValidity: validity });
  fillTenant();
  fillScope();
}

function fillTenant(): void {
  const preset = chosenPreset();
  if (!preset) return;
  const tenant = String($('#email-app-tenant').val()).trim();
  const filled = (url: string) => (tenant ? url.replace('{tenant}', encodeURIComponent(tenant)) : url);
  write({
    oauthAuthorizationUrl: filled(preset.authorizationUrl),
    oauthTokenUrl: filled(preset.tokenUrl),
    oauthRefreshUrl: filled(preset.refreshUrl),
  });
}

/** A scope of the person's own is left alone. */
function fillScope(): void {
  const preset = chosenPreset();
  if (!preset) return;
  const known = Object.values(providerPresets).flatMap(({ scope, appScope }) => [scope, appScope]);
  const present = textOf('oauthScope');
  if (present !== '' && !known.includes(present)) return;
  const byApp = textOf('oauthGrant') === 'client-credentials';
  write({ oauthScope: (byApp && preset.appScope) || preset.scope });
}

function tenantIn(url: string): string {
  const [, tenant = ''] = /^https:\/\/login\.microsoftonline\.com\/([^/{}]+)\//.exec(url) ?? [];
  return decodeURIComponent(tenant);
}

/** A provider's own notes, and only what it has: no tenant at Google, no app by itself where there is none for mail. */
function show(node: EditorNode): void {
  const provider = textOf('oauthProvider');
  const preset = presetOf(provider);
  $('.email-app-provider').each((_, button) => {
    const chosen = button.dataset.provider === provider;
    $(button).toggleClass('selected', chosen).attr('aria-pressed', String(chosen));
  });
  $('#email-app-tenant-row').toggleClass('email-hidden', provider !== 'microsoft');
  $('#email-app-oauth-urls').prop('open', !preset);
  field('oauthGrant')
    .find('[value="client-credentials"]')
    .prop('disabled', preset !== undefined && !preset.appScope);
  const byApp = textOf('oauthGrant') === 'client-credentials';
  const notes = [...(preset?.notes ?? []), ...((byApp && preset?.appNotes) || [])];
  $('#email-app-provider-notes').toggleClass('email-hidden', notes.length === 0);
  $('#email-app-provider-title').text(node._('email-app.section.provider', { name: preset?.name ?? '' }));
  $('#email-app-provider-list')
    .empty()
    .append(
      notes.map((text) =>
        $('<li>').append('<i class="fa fa-angle-right" aria-hidden="true"></i>', $('<span>').text(text)),
      ),
    );
}
