/** What the dialog fills in for a provider, and what a person must know about it. Data only: the editor loads it too. */

export interface ProviderPreset {
  readonly provider: 'google' | 'microsoft';
  readonly name: string;
  /** `{tenant}` is for the person to replace: the directory's id or domain. */
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly refreshUrl: string;
  /** Scopes that sending needs, parted by spaces. */
  readonly scope: string;
  /** What is added to `scope` when the app reads the mailbox too; empty if `scope` covers it. */
  readonly readingScope: string;
  /** Scope of the grant `client-credentials`, if the provider has it for mail. */
  readonly appScope?: string;
  /** Seconds that an access token holds. */
  readonly validity: number;
  readonly smtp: MailHost;
  readonly imap: MailHost;
  /** Sentences for the person who sets it up. */
  readonly notes: readonly string[];
  /** Besides, for the grant `client-credentials`. */
  readonly appNotes: readonly string[];
}

export interface MailHost {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'ssl';
}

const google: ProviderPreset = {
  provider: 'google',
  name: 'Google',
  authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  refreshUrl: 'https://oauth2.googleapis.com/token',
  scope: 'https://mail.google.com/',
  readingScope: '',
  validity: 3600,
  smtp: { host: 'smtp.gmail.com', port: 465, security: 'ssl' },
  imap: { host: 'imap.gmail.com', port: 993, security: 'ssl' },
  notes: [
    'Create an OAuth client of type “Web application” in the Google Cloud console and register the redirect address shown here.',
    'While the consent screen is in testing, each sign-in ends after 7 days: publish it, or make it internal to your Workspace.',
    'The sign-in ends when the account’s password changes, when it is not used for 6 months, or when the access is revoked.',
  ],
  appNotes: [],
};

const microsoftUrl = 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0';

const microsoft: ProviderPreset = {
  provider: 'microsoft',
  name: 'Microsoft 365',
  authorizationUrl: `${microsoftUrl}/authorize`,
  tokenUrl: `${microsoftUrl}/token`,
  refreshUrl: `${microsoftUrl}/token`,
  scope: 'https://outlook.office.com/SMTP.Send offline_access',
  readingScope: 'https://outlook.office.com/IMAP.AccessAsUser.All',
  appScope: 'https://outlook.office365.com/.default',
  validity: 3600,
  smtp: { host: 'smtp.office365.com', port: 587, security: 'starttls' },
  imap: { host: 'outlook.office365.com', port: 993, security: 'ssl' },
  notes: [
    'Register an app in Microsoft Entra, platform “Web”, with the redirect address shown here; put its directory (tenant) id into the URLs.',
    'Authenticated SMTP must be enabled for the mailbox: Microsoft 365 admin centre, the user, Mail, Manage email apps.',
    'Take the value of the client secret, not its id. It ends after at most 24 months; note the day.',
    'The sign-in ends when it is not used for 90 days, or when an administrator or conditional access revokes it.',
  ],
  appNotes: [
    'Grant the application permission SMTP.SendAsApp (and IMAP.AccessAsApp for reading) of Office 365 Exchange Online, with admin consent.',
    'Register the service principal in Exchange Online (New-ServicePrincipal), then give it the mailbox: Add-MailboxPermission with FullAccess.',
  ],
};

export const providerPresets: Readonly<Record<ProviderPreset['provider'], ProviderPreset>> = {
  google,
  microsoft,
};
