// Where a configuration set tells its events: a topic that lets SES publish.
import type {
  CreateConfigurationSetEventDestinationRequest,
  DeleteConfigurationSetEventDestinationRequest,
  EventDestination,
  EventDestinationDefinition,
  GetConfigurationSetEventDestinationsRequest,
  GetConfigurationSetEventDestinationsResponse,
  UpdateConfigurationSetEventDestinationRequest,
} from '@aws-sdk/client-sesv2';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { deliverInBackground } from '../sns/delivery.ts';
import { mayPublish, topicOf } from '../sns/topics.ts';
import { setOf } from './configuration-sets.ts';

const mostDestinations = 10;

export function createConfigurationSetEventDestination(
  world: AwsWorld,
  request: CreateConfigurationSetEventDestinationRequest,
): object {
  const { ConfigurationSetName, EventDestinationName: Name = '', EventDestination } = request;
  const { eventDestinations } = setOf(world, ConfigurationSetName);
  if (eventDestinations.some((known) => known.Name === Name)) {
    throw new AwsError(
      'AlreadyExistsException',
      `An event destination with the name <${Name}> already exists.`,
    );
  }
  if (eventDestinations.length >= mostDestinations) {
    throw new AwsError(
      'LimitExceededException',
      `Configuration set has ${mostDestinations} event destinations.`,
    );
  }
  eventDestinations.push(checked(world, `${ConfigurationSetName}`, Name, EventDestination ?? {}));
  return {};
}

export function getConfigurationSetEventDestinations(
  world: AwsWorld,
  { ConfigurationSetName }: GetConfigurationSetEventDestinationsRequest,
): GetConfigurationSetEventDestinationsResponse {
  return { EventDestinations: setOf(world, ConfigurationSetName).eventDestinations };
}

export function updateConfigurationSetEventDestination(
  world: AwsWorld,
  request: UpdateConfigurationSetEventDestinationRequest,
): object {
  const { ConfigurationSetName, EventDestinationName = '', EventDestination } = request;
  const at = indexOf(world, ConfigurationSetName, EventDestinationName);
  const changed = checked(world, `${ConfigurationSetName}`, EventDestinationName, EventDestination ?? {});
  setOf(world, ConfigurationSetName).eventDestinations[at] = changed;
  return {};
}

export function deleteConfigurationSetEventDestination(
  world: AwsWorld,
  { ConfigurationSetName, EventDestinationName = '' }: DeleteConfigurationSetEventDestinationRequest,
): object {
  const at = indexOf(world, ConfigurationSetName, EventDestinationName);
  setOf(world, ConfigurationSetName).eventDestinations.splice(at, 1);
  return {};
}

function indexOf(world: AwsWorld, setName: string | undefined, name: string): number {
  const at = setOf(world, setName).eventDestinations.findIndex(({ Name }) => Name === name);
  if (at < 0) throw new AwsError('NotFoundException', `Event destination <${name}> does not exist.`, 404);
  return at;
}

/** Off unless switched on. A topic gets a plain sentence to see whether it takes messages. */
function checked(
  world: AwsWorld,
  setName: string,
  Name: string,
  { Enabled = false, MatchingEventTypes = [], ...places }: EventDestinationDefinition,
): EventDestination {
  if (MatchingEventTypes.length === 0) throw new AwsError('BadRequestException', 'No event type is given.');
  if (Object.keys(places).length !== 1) {
    throw new AwsError('BadRequestException', 'Exactly one destination must be specified.');
  }
  const arn = places.SnsDestination?.TopicArn;
  if (arn !== undefined) {
    const source = `arn:aws:ses:${world.region}:${world.accountId}:configuration-set/${setName}`;
    if (!mayPublish(world, arn, 'ses.amazonaws.com', source)) {
      throw new AwsError('BadRequestException', `Could not publish to SNS topic <${arn}>.`);
    }
    deliverInBackground(world, topicOf(world, arn), { message: validated });
  }
  return { Name, Enabled, MatchingEventTypes, ...places };
}

const validated = 'Successfully validated SNS topic for Amazon SES event publishing.';
