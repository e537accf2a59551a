// A stand-in for AWS on loopback: SES v2 and v1, SNS, SQS and S3 behind one port, for tests and walk-throughs.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAccess } from './access.ts';
import { AwsError } from './aws-error.ts';
import { type AwsRequest, readRequest } from './aws-request.ts';
import { type AwsState, stateOf } from './aws-state.ts';
import { type AwsCall, type AwsOptions, type AwsWorld, newWorld } from './aws-world.ts';
import { s3 } from './s3/s3.ts';
import type { Answer, Operation, Service } from './service.ts';
import { sesV2 } from './ses/ses-v2.ts';
import { sesV1 } from './ses-v1/ses-v1.ts';
import { signer } from './signature.ts';
import { certificatePath, signingCertificate } from './sns/signed-message.ts';
import { sns } from './sns/sns.ts';
import { sqs } from './sqs/sqs.ts';

export interface AwsStandIn {
  /** Base URL for every client, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly state: AwsState;
  close(): Promise<void>;
}

/** The first that takes a request has it; S3 takes what is nobody's. */
const services: readonly Service[] = [sesV2, sesV1, sns, sqs, s3];

export async function startAws(options: AwsOptions = {}): Promise<AwsStandIn> {
  const closing = new AbortController();
  const world = newWorld(options, closing.signal);
  const server = createServer((incoming, outgoing) => {
    serve(world, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((listening) => server.listen(options.port ?? 0, '127.0.0.1', listening));
  world.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint: world.endpoint,
    state: stateOf(world),
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
      await Promise.all(world.background);
    },
  };
}

async function serve(world: AwsWorld, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = await readRequest(incoming, gone.signal);
  if (request.path === certificatePath) return send(outgoing, certificate, world);
  const service = services.find(({ takes }) => takes(request));
  if (!service)
    return send(outgoing, { status: 404, headers: {}, body: 'No service takes this request.' }, world);
  try {
    const { operation, call } = admitted(world, service, request);
    const reaction = world.script(call);
    if (reaction === 'silence') return;
    if (reaction === 'drop') return void outgoing.destroy();
    if (typeof reaction === 'object')
      throw new AwsError(reaction.code, reaction.message ?? '', reaction.status);
    const answer = await operation.run(world);
    if (reaction === 'drop-answer') outgoing.destroy();
    else send(outgoing, answer, world);
  } catch (error) {
    send(outgoing, service.refuse(error instanceof AwsError ? error : broken(error), request), world);
  }
}

const certificate: Answer = {
  status: 200,
  headers: { 'content-type': 'application/x-pem-file' },
  body: signingCertificate,
};

/** Who asks and whether they may, before anything is looked up. */
function admitted(
  world: AwsWorld,
  service: Service,
  request: AwsRequest,
): { operation: Operation; call: AwsCall } {
  const { users, region, now } = world;
  const user = service.isOpen?.(request)
    ? undefined
    : signer(request, { service, users, region, now: now() });
  const operation = service.operation(request, world);
  const call = { service: service.name, action: operation.action, user: user?.name ?? 'anyone', at: now() };
  world.calls.push(call);
  if (user) checkAccess(world, user, service, operation.rights);
  return { operation, call };
}

function broken(error: unknown): AwsError {
  return new AwsError(
    'InternalFailure',
    `The stand-in broke: ${error instanceof Error ? error.stack : error}`,
    500,
  );
}

function send(outgoing: ServerResponse, { status, headers, body }: Answer, { now }: AwsWorld): void {
  outgoing.writeHead(status, {
    'x-amzn-requestid': '00000000-0000-4000-8000-000000000000',
    date: new Date(now()).toUTCString(),
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  });
  outgoing.end(body);
}
