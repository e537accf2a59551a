/**
 * Every failure this package reports: its code and the sentence a person can act on.
 * `__name__` is replaced by the value of that name in the error's detail; `__field__` by its field.
 */
export const errorSentences = {
  // the request
  'missing-recipient': 'There is no recipient: set __field__.',
  'bad-address': 'The address __value__ in __field__ is not valid: __why__.',
  'address-too-long':
    'The address __value__ in __field__ is too long: at most 64 characters before the @, 255 after it, 254 in all.',
  'non-ascii-local-part':
    'The address __value__ in __field__ has letters before the @ that most mail servers refuse; only ASCII is accepted there.',
  'too-many-recipients': '__field__ has __count__ recipients; the limit is __limit__.',
  'unreadable-field': '__field__ could not be read: __why__.',
  'wrong-type': '__field__ must be __expected__.',
  'unsafe-characters': '__field__ contains a line break or control character, which is not allowed there.',
  'bad-header-name': '__value__ in __field__ is not a valid header name.',
  'bad-header-value': 'The value of the header __field__ cannot be written in a mail: __why__.',
  'reserved-header': 'The header __value__ in __field__ is set by the email app itself and cannot be given.',
  'missing-sender': 'There is no sender: set __field__ or the default sender of the email app.',
  'sender-not-allowed':
    'The sender __value__ is not the app’s own domain or mailbox, nor among its allowed senders.',
  'missing-body': 'There is nothing to send: __field__ is empty and there is no attachment.',
  'missing-substitution': 'No value was given for the placeholder __value__ in __field__.',
  'bad-placeholder': 'The placeholder __value__ in __field__ is not supported: __why__.',
  'bad-attachment': 'The attachment __field__ is not valid: __why__.',
  'attachment-source-refused':
    'The attachment __field__ names a file or an address (__value__); give its content, or allow a folder in the email app.',
  'message-too-large': 'The mail would be __size__ MB when encoded; the limit is __limit__ MB.',
  'bad-time': '__field__ is not a time that can be used: __why__.',
  'bad-request': 'The request does not fit its schema at __field__: __why__.',
  'not-supported': '__field__ is not supported by this app: __why__.',
  'unknown-template': 'There is no template __value__ in this email app.',
  'unsubscribe-unavailable':
    'The mail asks for an unsubscribe link, but unsubscribing is switched off in this email app.',
  'missing-base-url':
    'Unsubscribe links need an address that recipients can reach: set the public base URL of the email app (tab General).',
  'marketing-needs-link':
    'A marketing mail needs an unsubscribe link in its body; insert $(unsubscribe), or let the email app add a footer.',
  'marketing-needs-copies':
    'A marketing mail goes to each recipient as a copy of its own; switch off “one message for all”.',
  'no-notifier':
    'Nobody here posts to __field__: this email app needs a deployed webhook-out node with the target “each mail’s own notifyUrl”.',
  'bad-api-key': 'The request has no valid key in its header __value__.',
  'too-many-requests':
    'More than __count__ destinations a minute were asked for; try again in __seconds__ seconds.',
  'idempotency-conflict': 'The idempotency key __value__ was already used for another message.',
  'no-mail-to-answer': 'msg.email holds no received mail that could be answered.',
  'automatic-reply-refused': 'The mail in msg.email must not be answered automatically: __why__.',

  'bad-rule': 'The rule __field__ is not usable: __why__.',
  'no-received-mail': 'msg.email holds no received mail.',
  'confirmation-needed':
    '__value__ is on the list because of a complaint or a hard bounce; set confirm to true to remove it all the same.',

  // the queue
  'queue-too-small':
    '__field__ has __count__ recipients, and the queue takes __limit__ mails: raise “Queue” on the tab Delivery of the email app.',
  'queue-full': 'The queue holds __count__ mails, its limit; the mail was not accepted.',
  'disk-full':
    'The disk of __value__ is full: no mail is accepted and no list imported until there is room again. Unsubscribing goes on.',
  'app-closed': 'The email app is closed or being deployed.',
  expired: 'The mail was not sent before its expiry time.',
  cancelled: 'The mail was cancelled.',
  'list-unreadable': 'The unsubscribe list cannot be read, so nobody is mailed for now: __why__',
  'no-to-left': 'Nobody in To gets the mail, so no copy of it leaves. __why__',
  'outcome-unknown':
    'This program stopped between handing the mail over and the answer; it may or may not have been sent.',
  'not-sent': 'Somebody looked into it: the mail was not sent.',

  // the message log
  'bad-query': '__field__ of what is looked for cannot be used: __why__.',
  'no-such-mail': 'This mail is not kept, or not any more.',
  'content-gone': 'What this mail said is not kept any more.',

  // the app and its store
  'secret-lost':
    'The saved secret __field__ cannot be read: type it in again, or start with the key again that it was encrypted with (credentialSecret).',
  'bad-settings': 'The setting __field__ is not usable: __why__.',
  'missing-app': 'No email app is chosen, or it is disabled: set __field__.',
  'no-route': 'This email app has no route, so it cannot send.',
  'app-in-use': 'Two email apps use the same data id __value__; give one of them its own.',
  'needs-newer-node': 'The email app needs Node 22.13 or later; this is Node __value__.',
  'missing-package': 'The package __value__ is not installed; install it with “npm install __value__”.',
  'store-in-use': 'The folder __value__ is already in use by another running program.',
  'store-newer': 'The store __value__ was written by a newer version of this package.',
  'store-corrupt': 'The file __value__ is damaged: __why__. Restore it from a backup or move it away.',
  'store-unavailable': 'The store __value__ cannot be used: __why__.',

  'store-moved': 'What the app keeps was moved from __value__ to __why__: choose that store.',
  'store-moving':
    'Not all that the app keeps has come from __why__ to __value__: move it once more, or choose the store that it came from.',
  'move-target-used':
    'The store __value__ already keeps something for this app; nothing can be moved into it.',
  'move-incomplete': 'The app was not moved, and works where it was: __why__.',

  // the suppression list and the keys
  unsubscribed: 'The recipient is on the app’s suppression list: __why__.',
  bounced: 'Mail to this recipient came back before: __why__.',
  complained: 'The recipient reported an earlier mail as unwanted: __why__.',
  'scanner-suspected':
    'Of the last __count__ mails that somebody unsubscribed by, within 10 minutes, __quick__ had been sent less than 2 minutes before: a mail scanner may be pressing the buttons. The history names them, and Manage can take the entries back.',
  'import-running': 'A list is being imported already; wait until it is done.',
  'bad-csv': 'Line __line__ of the CSV is not usable: __why__.',
  'file-refused':
    'The file __value__ does not lie in the folder that the email app allows (tab Delivery, “Folder for files”).',
  'bad-file': 'The file in __field__ cannot be used: __why__.',
  'wrong-key':
    'The keys of __value__ are not those that this app has used: links in mails already sent would not open, and nobody on its suppression list would be found. Restore the right keys.',
  'bad-keys': 'The keys of __value__ cannot be used: __why__.',
  'keys-exposed': 'The file __value__ can be read by others; give it the mode 600.',
  'vault-unreadable':
    'The secret “__value__” that this app keeps does not open with its keys: restore the right keys, or sign in again.',
  'row-unreadable':
    'Something that this app keeps (__value__) does not open with its keys: restore the keys that it was sealed with.',

  // received mail
  'imap-folder': 'The folder __value__ cannot be read: __why__.',
  'mailbox-in-use':
    'Another email app, here or in another running program, reads the mailbox __value__ already.',
  'mail-too-large': 'The received mail is larger than the limit of __limit__ MB.',
  'inbound-full':
    'Received mails that wait for a flow, or are set aside, take up __limit__ MB, this app’s limit: no more are taken until some are gone (tab Inbound).',
  'mails-forgotten': '__count__ received mails were forgotten: no node took them in for __days__ days.',
  'mail-not-aside': 'This mail is not set aside any more.',
  'mail-set-aside':
    'A received mail could not be handled in __count__ tries and is kept for a person in __value__: __why__',

  // the set-up
  'dns-unanswered': 'DNS gave no answer for __value__: __why__.',
  'dns-incomplete': 'The DNS of __value__ is not as it should be: __why__.',
  'setup-refused': 'This was not set up: __why__.',

  // the route
  'dns-failed': 'The mail server’s name __value__ could not be looked up.',
  'connect-failed': 'No connection to the mail server __value__: __why__.',
  'tls-failed': 'The mail server’s TLS was not accepted: __why__.',
  'starttls-missing': 'The mail server __value__ does not offer STARTTLS, which this app requires.',
  'tls-required': 'The mail server demands an encrypted connection; choose STARTTLS or SSL: __response__.',
  'auth-failed': 'The mail server did not accept the sign-in (user name, password or token): __response__.',
  'sign-in-needed': 'Somebody has to sign in at __value__: __why__.',
  'sign-in-failed': 'Signing in did not work: __why__.',
  'oauth-failed': '__value__ gave no token for now: __why__.',
  'oauth-refused': '__value__ does not accept this app’s OAuth settings: __why__.',
  'clock-wrong':
    'This machine’s clock is __minutes__ minutes away from that of __value__; set it right, then try again.',
  'sender-refused': 'The mail server refused the sender: __response__.',
  'recipient-refused': 'The mail server refused the recipient: __response__.',
  'recipient-delayed': 'The mail server asks to try this recipient again later: __response__.',
  'message-refused': 'The mail server refused the mail: __response__.',
  'message-delayed': 'The mail server asks to try again later: __response__.',
  throttled: 'The mail server asks to slow down: __response__.',
  'sender-unauthenticated':
    'The receiving server does not accept this sending domain’s SPF, DKIM or DMARC: __response__.',
  'connection-lost':
    'The connection to the mail server __value__ ended before the mail was handed over: __why__.',
  'no-answer':
    'The connection ended after the mail was handed over and before the answer; it may have been sent.',
  'app-paused': 'The email app paused itself: __why__.',
  'marketing-paused':
    'The email app paused its marketing mail, which waits until somebody resumes it (tab Delivery): __why__.',
  'reputation-low': 'Too many of the mails came back, or were called spam: __why__.',
  'export-gone':
    'The exported file is no longer there: it can be fetched once, within ten minutes. Export it again.',
  'internal-error': 'Something unexpected happened: __why__.',

  // webhooks
  'bad-webhook': 'The webhook’s __field__ is not usable: __why__.',
  'webhook-queue-full':
    'The queue of this node holds __count__ webhooks, its limit; the webhook was not accepted.',
  'webhook-disabled':
    '__value__ answered that it wants no more webhooks (410 Gone); they wait until somebody enables it again.',
  'webhooks-given-up': 'Webhooks to __value__ that were given up, and can be delivered again: __count__.',
  'webhook-gone': '__value__ answered that it wants no more webhooks (410 Gone).',
  'unknown-authorization':
    'The mail’s notifyUrl asks for the authorization __value__, which this node does not have.',
  'no-webhook-url': 'There is no URL to post to: set __field__, or give the mail a notifyUrl.',

  // Amazon
  'aws-keys-refused': 'AWS does not accept the keys: __why__.',
  'aws-denied': 'The AWS keys have no right to __value__; add it to their policy (tab Set-up, “IAM policy”).',
  'aws-unreachable': 'AWS cannot be reached: __why__.',
  'aws-trouble': 'AWS could not do __value__ just now; try again: __why__.',
  'aws-refused': 'AWS refused __value__: __why__.',
  'aws-not-found': 'AWS does not have what __value__ is about: __why__.',
  'aws-exists': 'AWS has that already (__value__): __why__.',
  'aws-limit': 'A limit of the AWS account is reached (__value__): __why__.',
  'ses-unverified':
    'Amazon SES sends only from verified domains and addresses, and in the sandbox only to such; not verified in this region: __value__.',
  'ses-sandbox':
    'The Amazon SES account is still in the sandbox, where it mails only to verified addresses; not verified: __value__. Ask AWS for production access, or verify the address.',
  'ses-mail-from':
    'The MAIL FROM domain of the sender is not verified in Amazon SES: set its MX record (tab Set-up). __response__',
  'ses-set-missing': 'Amazon SES has no such configuration set in this region: __response__',
  'ses-paused': 'Sending is paused in Amazon SES, for the account or the configuration set: __response__',
  'ses-suspended':
    'Amazon SES has suspended the account; its AWS console says why and how to appeal: __response__',
  'daily-quota':
    'The daily quota of the Amazon SES account is used up; mail waits until there is room again: __response__',
  'bad-notice': 'A notice of Amazon cannot be used: __why__.',
  'sns-refused': 'A message that claims to come from Amazon SNS was refused: __why__.',
  'sns-unsubscribed':
    'Amazon SNS no longer tells this app of the topic __value__: somebody ended the subscription. Set it up again if that was not meant (tab Set-up).',
  'notice-set-aside': 'A notice of Amazon could not be worked on and is kept for a person: __why__',
  'inline-mail':
    'Amazon SES sends received mail inside its notices; mail of more than 150 kB bounces that way. Let the receipt rule store it in a bucket instead (tab Set-up).',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorSentences;
