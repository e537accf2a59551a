/** The error codes of OAuth providers, and what each means for the person who has to mend it. Data only. */

/**
 * `person`: somebody has to sign in again; `settings`: what was registered or typed in is wrong; `declined`: the
 * sign-in page was left without consent; `passing`: trying again can help.
 */
export type Remedy = 'person' | 'settings' | 'declined' | 'passing';

export interface Meaning {
  readonly remedy: Remedy;
  /** At most 200 characters. */
  readonly why: string;
}

const person = (why: string): Meaning => ({ remedy: 'person', why });
const settings = (why: string): Meaning => ({ remedy: 'settings', why });
const passing = (why: string): Meaning => ({ remedy: 'passing', why });

const wrongRedirect = settings(
  'the redirect address is not registered there; copy it from this dialog into the app registration, letter by letter',
);

/** `error` of RFC 6749 4.1.2.1 and 5.2, of OpenID Connect Core 3.1.2.6, and of Google. */
export const oauthMeanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    invalid_grant: person('the sign-in expired or was revoked'),
    interaction_required: person('the provider wants to see the person again'),
    login_required: person('the provider wants to see the person again'),
    consent_required: person('the consent is missing or was withdrawn'),
    access_denied: {
      remedy: 'declined',
      why: 'consent was not given; somebody pressed “no” or may not consent',
    },
    invalid_client: settings('the client id or the client secret is wrong, or the secret has expired'),
    deleted_client: settings('this client id was deleted there'),
    unauthorized_client: settings('this client may not sign in this way; allow it in the app registration'),
    unsupported_grant_type: settings('the token URL does not know this way to sign in'),
    unsupported_response_type: settings('the authorization URL does not know this way to sign in'),
    invalid_scope: settings('a scope is unknown there or was not allowed for this app'),
    invalid_request: settings('the provider does not understand the request; check the URLs and the scope'),
    redirect_uri_mismatch: wrongRedirect,
    admin_policy_enforced: settings('an administrator does not allow this app; ask for it to be trusted'),
    org_internal: settings('the app is for accounts of its own organisation only'),
    temporarily_unavailable: passing('it is overloaded or under maintenance'),
    server_error: passing('it has trouble of its own'),
    slow_down: passing('it asks to slow down'),
  }),
);

/** What `invalid_grant` means when a refresh token is refused. */
export const lostSignIn: Readonly<Record<'google' | 'microsoft' | 'other', string>> = {
  google:
    'the sign-in was revoked, the password was changed, it was not used for 6 months, or the consent screen is in testing (7 days)',
  microsoft: 'the sign-in expired (90 days unused), was revoked, or the password was changed',
  other: 'the sign-in expired or was revoked',
};

export const usedCode = 'the code of this sign-in has expired or was used before; start again';

/** AADSTS numbers of Microsoft Entra. */
export const microsoftMeanings: Readonly<Record<number, Meaning>> = {
  50020: settings('this account is not of that tenant; check the tenant in the URLs'),
  50034: settings('this account does not exist in that tenant'),
  50053: person('the account is locked'),
  50055: person('the password has expired'),
  50057: person('the account is disabled'),
  50072: person('the account has to enrol for multi-factor authentication'),
  50074: person('multi-factor authentication is needed'),
  50076: person('multi-factor authentication is needed'),
  50078: person('multi-factor authentication has expired'),
  50079: person('the account has to enrol for multi-factor authentication'),
  50105: settings('the account is not assigned to this app; an administrator has to assign it'),
  50126: person('the user name or password was wrong'),
  50133: person('the password was changed, which ends the sign-in'),
  50173: person('the password was changed or the sign-in was revoked'),
  53000: person('conditional access wants a device that complies'),
  53001: person('conditional access wants a device of the organisation'),
  53003: person('conditional access blocks this sign-in; an administrator has to allow it'),
  65001: person('the consent for this scope is missing or was withdrawn'),
  65004: { remedy: 'declined', why: 'consent was not given; somebody pressed “no”' },
  70000: person('the sign-in is not valid any more, or not for this scope'),
  70008: person('the sign-in or its code has expired'),
  70011: settings('a scope is not valid; SMTP wants https://outlook.office.com/SMTP.Send'),
  70043: person('a sign-in frequency policy of conditional access ended the sign-in'),
  90002: settings('there is no such tenant; check the tenant in the URLs'),
  90008: settings('the app registration does not ask for the permissions it needs'),
  90023: settings('a public client must not have a secret; take it out, or register the app as a web app'),
  90033: passing('it is temporarily unavailable'),
  90094: settings('an administrator has to consent for this app'),
  500011: settings('a scope names a service this tenant does not have'),
  500113: settings('no redirect address is registered for this app; copy it from this dialog'),
  50011: wrongRedirect,
  530003: person('conditional access wants a device that is managed'),
  700003: person('the device of that sign-in was removed'),
  700016: settings('the client id is wrong, or of another tenant than the one in the URLs'),
  700082: person('the sign-in expired because it was not used for 90 days'),
  700084: settings(
    'the app is registered as a single-page app, whose sign-ins end after a day; register it as a web app',
  ),
  7000112: settings('the app is disabled in this tenant'),
  7000215: settings('the client secret is wrong; take the secret’s value, not its id'),
  7000216: settings('this client needs its secret'),
  7000218: settings('this client needs its secret, or “allow public client flows”'),
  7000222: settings('the client secret has expired; make a new one there and put its value in here'),
  9002313: settings('the request is malformed; check the URLs and the scope'),
  9002327: settings('the app is registered as a single-page app; register it as a web app'),
};
