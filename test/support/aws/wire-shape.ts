// Holds a raw answer against the SDK's own model: what is unknown there, of the wrong kind, or missing though required.
import { NormalizedSchema } from '@smithy/core/schema';
import { parseXml, type XmlNode } from './parse-xml.ts';

/** Sentences like `GetAccountResponse.Foo is unknown`; empty when the answer fits. */
export function misfits(schema: unknown, body: string, contentType = ''): string[] {
  const shape = payloadOf(NormalizedSchema.of(schema as never));
  if (!shape.isStructSchema()) return [];
  if (contentType.includes('json')) return misfitsOfJson(shape, JSON.parse(body), nameOf(shape));
  if (body === '') return [];
  const root = parseXml(body);
  const result = root.children.find(({ name }) => name.endsWith('Result')) ?? root;
  return misfitsOfXml(shape, result, nameOf(shape));
}

/** What the body holds when one member alone fills it, e.g. GetPublicAccessBlock or GetBucketPolicy. */
function payloadOf(shape: NormalizedSchema): NormalizedSchema {
  if (!shape.isStructSchema()) return shape;
  const members = Object.values(shape.getMemberSchemas());
  return members.find((member) => member.getMergedTraits().httpPayload) ?? shape;
}

function misfitsOfJson(shape: NormalizedSchema, value: unknown, path: string): string[] {
  if (shape.isStructSchema()) {
    if (!isRecord(value)) return [`${path} is no object`];
    const members = shape.getMemberSchemas();
    return [
      ...required(shape)
        .filter((name) => value[name] === undefined)
        .map((name) => `${path}.${name} is missing`),
      ...Object.entries(value).flatMap(([name, item]) =>
        members[name]
          ? misfitsOfJson(members[name], item, `${path}.${name}`)
          : [`${path}.${name} is unknown`],
      ),
    ];
  }
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, at) => misfitsOfJson(shape.getValueSchema(), item, `${path}[${at}]`));
  }
  if (shape.isMapSchema()) {
    if (!isRecord(value)) return [`${path} is no map`];
    return Object.entries(value).flatMap(([key, item]) =>
      misfitsOfJson(shape.getValueSchema(), item, `${path}.${key}`),
    );
  }
  const kind = shape.isBooleanSchema()
    ? 'boolean'
    : shape.isNumericSchema() || shape.isTimestampSchema()
      ? 'number'
      : 'string';
  return typeof value === kind ? [] : [`${path} is no ${kind}`];
}

function misfitsOfXml(shape: NormalizedSchema, node: XmlNode, path: string): string[] {
  if (shape.isStructSchema()) {
    const members = new Map(
      Object.entries(shape.getMemberSchemas()).map(([name, member]) => [
        `${member.getMergedTraits().xmlName ?? name}`,
        member,
      ]),
    );
    const given = node.children.map(({ name }) => name);
    return [
      ...required(shape)
        .filter((name) => !given.includes(name))
        .map((name) => `${path}.${name} is missing`),
      ...node.children.flatMap((child) => {
        const member = members.get(child.name);
        if (!member) return [`${path}.${child.name} is unknown`];
        const flat = member.isListSchema() && member.getMergedTraits().xmlFlattened;
        return misfitsOfXml(flat ? member.getValueSchema() : member, child, `${path}.${child.name}`);
      }),
    ];
  }
  if (shape.isListSchema()) {
    const item = `${shape.getValueSchema().getMergedTraits().xmlName ?? 'member'}`;
    return node.children.flatMap((child) =>
      child.name === item
        ? misfitsOfXml(shape.getValueSchema(), child, path)
        : [`${path}.${child.name} is no ${item}`],
    );
  }
  if (shape.isMapSchema()) {
    return node.children.flatMap((entry) => {
      const names = entry.children.map(({ name }) => name).join();
      const [, value] = entry.children;
      if (entry.name !== 'entry' || names !== 'key,value' || !value)
        return [`${path} has no entries of key and value`];
      return misfitsOfXml(shape.getValueSchema(), value, path);
    });
  }
  if (shape.isBooleanSchema() && !/^(true|false)$/.test(node.text)) return [`${path} is no boolean`];
  if (shape.isTimestampSchema() && Number.isNaN(Date.parse(node.text))) return [`${path} is no time`];
  return node.children.length === 0 ? [] : [`${path} is no scalar`];
}

/** The seventh place of a structure's schema: how many of its first members are required. */
function required(shape: NormalizedSchema): string[] {
  const schema = shape.getSchema() as unknown as readonly unknown[];
  return (schema[4] as string[]).slice(0, (schema[6] as number | undefined) ?? 0);
}

function nameOf(shape: NormalizedSchema): string {
  return `${shape.getName()?.split('#').at(-1)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
