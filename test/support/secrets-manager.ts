import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';

interface Version {
  id: string;
  text: string;
  stages: string[];
}

/** The part of Secrets Manager's API that reads and rotates secrets; counts requests. */
export class FakeSecretsManager {
  readonly calls: string[] = [];
  private readonly secrets = new Map<string, Version[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeSecretsManager> {
    const server = createServer();
    const fake = new FakeSecretsManager(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const operation = String(request.headers['x-amz-target']).split('.').pop() ?? '';
        const [status, body] = fake.answer(operation, JSON.parse(Buffer.concat(chunks).toString()) as Request);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  put(id: string, value: unknown): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    this.secrets.set(id, [{ id: randomUUID(), text, stages: ['AWSCURRENT'] }]);
  }

  /** Starts a rotation as Secrets Manager does before it calls the rotation function: by a version without a value. */
  beginRotation(id: string): string {
    const token = randomUUID();
    this.versions(id).push({ id: token, text: '', stages: ['AWSPENDING'] });
    return token;
  }

  current<T>(id: string): T {
    return JSON.parse(this.versions(id).find(({ stages }) => stages.includes('AWSCURRENT'))?.text ?? '') as T;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private versions(id: string): Version[] {
    const found = this.secrets.get(id);
    if (!found) throw new Error(`There is no secret ${id}.`);
    return found;
  }

  private answer(operation: string, request: Request): [number, object] {
    this.calls.push(operation);
    const versions = this.secrets.get(request.SecretId);
    if (!versions) return notFound();
    if (operation === 'GetSecretValue') return getValue(versions, request);
    if (operation === 'PutSecretValue') return putValue(versions, request);
    if (operation === 'UpdateSecretVersionStage') return moveStage(versions, request);
    if (operation === 'DescribeSecret') {
      return [200, { VersionIdsToStages: Object.fromEntries(versions.map(({ id, stages }) => [id, stages])) }];
    }
    return [400, { __type: 'InvalidRequestException', message: operation }];
  }
}

interface Request {
  SecretId: string;
  SecretString?: string;
  ClientRequestToken?: string;
  VersionId?: string;
  VersionStage?: string;
  VersionStages?: string[];
  MoveToVersionId?: string;
}

const notFound = (): [number, object] => [
  400,
  { __type: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." },
];

function getValue(versions: Version[], { VersionId, VersionStage = 'AWSCURRENT' }: Request): [number, object] {
  const found = versions.find(({ id, stages }) => (VersionId ? id === VersionId : stages.includes(VersionStage)));
  return found && found.text !== ''
    ? [200, { SecretString: found.text, VersionId: found.id, VersionStages: found.stages }]
    : notFound();
}

function putValue(versions: Version[], request: Request): [number, object] {
  const { ClientRequestToken: token, SecretString: text = '', VersionStages: stages = ['AWSCURRENT'] } = request;
  for (const version of versions) version.stages = version.stages.filter((stage) => !stages.includes(stage));
  const existing = versions.find(({ id }) => id === token);
  if (existing) Object.assign(existing, { text, stages });
  else versions.push({ id: token ?? randomUUID(), text, stages });
  return [200, {}];
}

function moveStage(
  versions: Version[],
  { VersionStage: stage = '', MoveToVersionId: target }: Request,
): [number, object] {
  for (const version of versions) {
    version.stages = version.stages.filter((other) => other !== stage);
    if (version.id === target) version.stages.push(stage);
  }
  return [200, {}];
}
