// The real AWS clients, pointed at the stand-in. Each tries once, so that a test sees every refusal, and holds every
// good answer against the SDK's own model before it reads it.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import * as s3Model from '@aws-sdk/client-s3';
import * as sesModel from '@aws-sdk/client-ses';
import * as sesV2Model from '@aws-sdk/client-sesv2';
import * as snsModel from '@aws-sdk/client-sns';
import * as sqsModel from '@aws-sdk/client-sqs';
import { testKeys } from './aws-world.ts';
import type { AwsStandIn } from './start-aws.ts';
import { misfits } from './wire-shape.ts';

export interface SdkClients {
  readonly sesV2: sesV2Model.SESv2Client;
  readonly ses: sesModel.SESClient;
  readonly sns: snsModel.SNSClient;
  readonly sqs: sqsModel.SQSClient;
  readonly s3: s3Model.S3Client;
  destroy(): void;
}

/** `changes` go to every client, e.g. other credentials. */
export function sdkClients({ endpoint }: Pick<AwsStandIn, 'endpoint'>, changes: object = {}): SdkClients {
  const config = { endpoint, region: 'eu-central-1', credentials: testKeys, maxAttempts: 1, ...changes };
  const clients = {
    sesV2: checked(new sesV2Model.SESv2Client(config), sesV2Model),
    ses: checked(new sesModel.SESClient(config), sesModel),
    sns: checked(new snsModel.SNSClient(config), snsModel),
    sqs: checked(new sqsModel.SQSClient(config), sqsModel),
    s3: checked(new s3Model.S3Client(config), s3Model),
  };
  return {
    ...clients,
    destroy() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

interface Stack {
  add(middleware: unknown, options: { step: 'deserialize'; priority: 'low' }): void;
}

interface RawAnswer {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    body: Readable;
  };
}

/** Stands between the wire and the SDK's reader. */
function checked<Client extends { middlewareStack: object }>(client: Client, model: object): Client {
  const look = (next: (args: unknown) => Promise<RawAnswer>, { commandName }: { commandName: string }) => {
    return async (args: unknown) => {
      const answer = await next(args);
      const { response } = answer;
      const type = response.headers['content-type'] ?? '';
      if (response.statusCode >= 300 || !/json|xml/.test(type)) return answer;
      const body = Buffer.concat(await response.body.toArray());
      response.body = Readable.from([body]);
      const operation = (model as Readonly<Record<string, readonly unknown[]>>)[
        commandName.replace('Command', '$')
      ];
      assert.deepEqual(misfits(operation?.[5], body.toString(), type), [], `the answer to ${commandName}`);
      return answer;
    };
  };
  (client.middlewareStack as Stack).add(look, { step: 'deserialize', priority: 'low' });
  return client;
}
