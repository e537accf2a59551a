import { createServer, Packet } from 'dns2';

type RecordType = 'TXT' | 'CNAME' | 'MX';

export interface ZoneServer {
  /** `127.0.0.1:5353` */
  readonly address: string;
  /** Adds a record: whole name, and a value as people type it (`10 host` for MX). */
  add(type: RecordType, name: string, value: string): void;
  /** As the AWS stand-in asks. */
  lookup(name: string, type: RecordType): readonly string[];
  close(): Promise<void>;
}

/** A DNS server on loopback with one zone that a test fills; what is not in it does not exist. */
export async function openZoneServer(): Promise<ZoneServer> {
  const records: { type: RecordType; name: string; value: string }[] = [];
  const lookup = (name: string, type: RecordType): string[] =>
    records
      .filter((record) => record.type === type && record.name === name.toLowerCase())
      .map(({ value }) => value);
  const server = createServer({
    udp: true,
    handle(request, send) {
      const response = Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      if (!question) return send(response);
      const name = question.name.toLowerCase();
      const type = (['TXT', 'CNAME', 'MX'] as const).find((known) => Packet.TYPE[known] === question.type);
      for (const value of type ? lookup(name, type) : []) {
        const answer = { name: question.name, type: question.type, class: Packet.CLASS.IN, ttl: 1 };
        response.answers.push({ ...answer, ...dataOf(type as RecordType, value) } as never);
      }
      if (!records.some((record) => record.name === name)) response.header.rcode = 3;
      send(response);
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  return {
    address: `127.0.0.1:${(udp as { port: number }).port}`,
    add: (type, name, value) => records.push({ type, name: name.toLowerCase(), value }),
    lookup,
    close: async () => void (await server.close()),
  };
}

function dataOf(type: RecordType, value: string): object {
  if (type === 'TXT') return { data: value.match(/.{1,255}/g) };
  if (type === 'CNAME') return { domain: value };
  const [priority, exchange] = value.split(' ');
  return { exchange, priority: Number(priority) };
}
