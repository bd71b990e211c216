import { Cluster } from 'ioredis';
import { eventually } from '../../../test/support/eventually.js';
import type { RealServer } from '../../../test/support/process.js';
import { hasRedis, startRedis } from '../../../test/support/redis.js';
import { connectRedis, GatheringRedis } from './index.js';

(hasRedis() ? describe : describe.skip)('a Redis client', () => {
  let redis: RealServer;
  const clients: ReturnType<typeof connectRedis>[] = [];
  const connect = async (query = '', { port } = redis) => {
    const client = connectRedis(`redis://127.0.0.1:${port}/${query}`);
    client.on('error', () => undefined);
    clients.push(client);
    await eventually(() => client.ping());
    return client;
  };

  beforeAll(async () => {
    redis = await startRedis({ cluster: true });
  }, 30_000);
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await redis?.stop();
  });

  it('finds a cluster through one address', async () => {
    const client = await connect('?cluster=true');
    expect(client).toBeInstanceOf(Cluster);
    await client.set('{a}:1', 'one');
    expect(await client.get('{a}:1')).toBe('one');
  });

  it('sends the commands of one turn in one packet, and resolves each', async () => {
    const client = (await connect()) as GatheringRedis;
    const writes = jest.spyOn(client.stream, '_writev' as never);
    const single = jest.spyOn(client.stream, '_write' as never);
    const packets = () => writes.mock.calls.length + single.mock.calls.length;
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(numbers.map((n) => client.set(`{a}:${n}`, n)));
    expect(packets()).toBe(1);
    expect(await Promise.all(numbers.map((n) => client.get(`{a}:${n}`)))).toEqual(numbers.map(String));
    expect(packets()).toBe(2);
    let sent = 0;
    client.batch(() => {
      for (const n of numbers) void client.get(`{a}:${n}`);
      sent = packets();
    });
    expect([sent, packets()]).toEqual([2, 3]);
  });

  it('gives up its connection to a server that has become a replica', async () => {
    const server = await startRedis();
    const client = (await connect('', server)) as GatheringRedis;
    const administrator = (await connect('', server)) as GatheringRedis;
    const id = async () => Number(await client.call('CLIENT', 'ID'));
    const before = await id();
    await administrator.replicaof('127.0.0.1', redis.port);
    await expect(client.set('key', 'value')).rejects.toThrow('READONLY');
    await expect(client.get('key')).rejects.toThrow();
    await eventually(async () => expect(await id()).not.toBe(before));
    const replica = await id();
    await expect(client.eval("return redis.call('INCR', KEYS[1])", 1, 'key')).rejects.toThrow('READONLY');
    await administrator.replicaof('NO', 'ONE');
    await eventually(async () => expect(await client.set('key', 'value')).toBe('OK'));
    expect(await id()).not.toBe(replica);
    for (const each of [client, administrator]) each.disconnect();
    await server.stop();
  }, 30_000);

  it('rejects at once while there is no server, and reconnects once it is back', async () => {
    const server = await startRedis();
    const client = await connect('', server);
    await server.stop();
    await eventually(() => expect(client.status).not.toBe('ready'));
    await expect(client.ping()).rejects.toThrow();
    const again = await startRedis({ port: server.port });
    try {
      await eventually(async () => expect(await client.ping()).toBe('PONG'));
    } finally {
      client.disconnect();
      await again.stop();
    }
  }, 30_000);
});
