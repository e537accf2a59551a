/** An operation's name and its input come in; the SDK's answer goes out, or an EmailError that holds no secret. */
import { EmailError } from '../kernel/errors.ts';
import type { AwsConfig, AwsSharedConfig } from './aws-config.ts';
import { awsFailure } from './aws-failure.ts';
import { isSending } from './sending-operations.ts';

/** The operations of an SDK package: `GetAccount` for its class `GetAccountCommand`. */
export type AwsOperation<Sdk> = {
  [Name in keyof Sdk]: Name extends `${infer Operation}Command` ? Operation : never;
}[keyof Sdk];

type CommandClass<Sdk, Operation extends string> = Extract<
  Sdk[`${Operation}Command` & keyof Sdk],
  new (
    ...args: never
  ) => unknown
>;

export type AwsInput<Sdk, Operation extends string> = NonNullable<
  ConstructorParameters<CommandClass<Sdk, Operation>>[0]
>;

export type AwsOutput<Sdk, Operation extends string> =
  InstanceType<CommandClass<Sdk, Operation>> extends {
    resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: infer Output }>;
  }
    ? Output
    : never;

export type AwsCall<Sdk> = <Operation extends AwsOperation<Sdk> & string>(
  operation: Operation,
  input: AwsInput<Sdk, Operation>,
) => Promise<AwsOutput<Sdk, Operation>>;

/** One package of the SDK; the file that makes it is the only one that imports it. */
export interface AwsPackage<Sdk> {
  /** As npm names it. */
  readonly name: string;
  /** As IAM names the service in an action: `ses` of `ses:SendEmail`. */
  readonly service: string;
  readonly load: () => Promise<Sdk>;
  readonly client: (sdk: Sdk, config: AwsConfig & { readonly maxAttempts?: number }) => SdkClient;
}

interface SdkClient {
  send(command: never): Promise<unknown>;
  readonly middlewareStack: { remove(name: string): boolean };
}

interface LoadedPackage<Sdk> {
  readonly sdk: Sdk;
  readonly usual: SdkClient;
  readonly once: SdkClient;
}

export function awsCall<Sdk extends object>(
  description: AwsPackage<Sdk>,
  shared: AwsSharedConfig,
): AwsCall<Sdk> {
  let loading: Promise<LoadedPackage<Sdk>> | undefined;
  let loaded: LoadedPackage<Sdk> | undefined;
  const load = async (): Promise<LoadedPackage<Sdk>> => {
    loading ??= loadPackage(description, shared);
    loaded = await loading.catch((thrown: unknown) => {
      loading = undefined;
      throw thrown;
    });
    return loaded;
  };
  return async (operation, input) => {
    const { sdk, usual, once } = loaded ?? (await load());
    const client = isSending(operation) ? once : usual;
    const Command = sdk[`${operation}Command` as keyof Sdk] as new (input: unknown) => never;
    try {
      return (await client.send(new Command(input))) as never;
    } catch (thrown) {
      throw awsFailure(thrown, `${description.service}:${operation}`);
    }
  };
}

async function loadPackage<Sdk>(
  { name, load, client }: AwsPackage<Sdk>,
  shared: AwsSharedConfig,
): Promise<LoadedPackage<Sdk>> {
  const sdk = await load().catch(() => {
    throw new EmailError('missing-package', { detail: { value: name } });
  });
  const config = await shared.load();
  const usual = client(sdk, config);
  const once = client(sdk, { ...config, maxAttempts: 1 });
  // it copies every input, whole mails too, for a log that nobody reads
  for (const one of [usual, once]) one.middlewareStack.remove('loggerMiddleware');
  return { sdk, usual, once };
}
