/** An app's data id in; the names of what is made for it in the AWS account out: always the same, so that they are found again. */

export interface SetupNames {
  readonly configurationSet: string;
  /** SNS topic and SQS queue of the same name. */
  readonly events: string;
  readonly inbound: string;
  readonly bucket: string;
  /** Keys in the bucket begin with it. */
  readonly prefix: string;
  readonly rule: string;
  /** Made only where no rule set is active. */
  readonly ruleSet: string;
}

/** `[a-z0-9]{8,32}` keeps every name within what AWS allows; the bucket's is the only one in the world. */
export function setupNames(appId: string, configurationSet = `email-app-${appId}`): SetupNames {
  const own = `email-app-${appId}`;
  return {
    configurationSet,
    events: `${own}-events`,
    inbound: `${own}-inbound`,
    bucket: `${own}-inbound`,
    prefix: 'inbound/',
    rule: own,
    ruleSet: 'email-app',
  };
}
