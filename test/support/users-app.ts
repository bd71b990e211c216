import { loadConfig } from '@app/config';
import { Database } from '@app/database';
import type { Envelope, EventType } from '@app/events';
import { createApp } from '@app/service';
import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { service as users } from '../../apps/users/src/users-app.module.js';
import { UsersConfig } from '../../apps/users/src/users.config.js';
import { freePort } from './process.js';
import { newSigningKey } from './signing-key.js';

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Record<string, unknown>;
  text: string;
}

export interface CallOptions {
  body?: object;
  token?: string;
  headers?: Record<string, string>;
  from?: string;
}

export const ADMIN = { email: 'root@example.com', password: 'the first administrator' };

/** What people type in these tests, and how links and access tokens begin. */
const SECRETS = /passphrase|@example|the password of|verify-email\.|password-reset\.|eyJ/i;

let people = 0;

/** The users service on a test's own database; its topic has no subscribers unless the environment sets them. */
export class UsersTestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: Database,
    readonly commands: string,
    readonly lines: string[],
  ) {}

  static async start(databaseUrl: string, environment: Record<string, string> = {}): Promise<UsersTestApp> {
    const lines: string[] = [];
    const port = await freePort();
    const config = loadConfig(UsersConfig, {
      STAGE: 'test',
      DATABASE_URL: databaseUrl,
      TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:commerce-test-events',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      COMMANDS_PORT: String(port),
      JWT_KEYS: JSON.stringify({ keys: [newSigningKey('k1')] }),
      FINGERPRINT_KEY: 'a test key of thirty-two characters or more',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ...environment,
    });
    const destination = { write: (line: string) => void lines.push(line) };
    const app = await createApp(users, config, createLogger({ service: 'users', level: 'debug', destination }));
    await app.getHttpAdapter().getInstance().ready();
    return new UsersTestApp(app, app.get(Database), `tcp://127.0.0.1:${port}`, lines);
  }

  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, options: CallOptions = {}): Promise<Answer> {
    const { body, token, headers = {}, from = '127.0.0.1' } = options;
    const answer = await this.app.inject({
      method,
      url,
      remoteAddress: from,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(body && { payload: body }),
    });
    const json = /json/.test(String(answer.headers['content-type'])) && answer.payload !== '';
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string | undefined>,
      body: json ? (JSON.parse(answer.payload) as Record<string, unknown>) : {},
      text: answer.payload,
    };
  }

  /** Registers a new person and logs in. */
  async person(fields: object = {}): Promise<Person> {
    const email = `person${++people}@example.com`;
    const password = `the password of person ${people}`;
    const body = { email, password, full_name: `Person ${people}`, ...fields };
    const created = await this.call('POST', '/users', { body });
    if (created.status !== 201) throw new Error(`registering answered ${created.status}: ${created.text}`);
    return { ...(await this.logIn(body)), ...body, user_id: Number(created.body['user_id']) };
  }

  async logIn({ email, password }: { email: string; password: string }): Promise<Tokens> {
    const { status, body, text } = await this.call('POST', '/auth/login', { body: { email, password } });
    if (status !== 200) throw new Error(`logging in answered ${status}: ${text}`);
    return { token: String(body['access_token']), refresh_token: String(body['refresh_token']) };
  }

  /** The events of one user so far, oldest first. */
  async events<K extends EventType>(userId: number, type?: K): Promise<Envelope<K>[]> {
    const rows = await this.database.query<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY id');
    return rows
      .map(({ envelope }) => JSON.parse(envelope) as Envelope<K>)
      .filter((event) => event.aggregate_id === String(userId) && (type === undefined || event.event_type === type));
  }

  /** All stored rows of the service, by table. */
  async everyRow(): Promise<Record<string, object[]>> {
    const entries = this.database.dataSource.entityMetadatas.map(({ tableName }) => tableName);
    const tables = [...entries, 'outbox', 'idempotency_keys'];
    return Object.fromEntries(
      await Promise.all(
        tables.map(async (table) => [table, await this.database.query<object>(`SELECT * FROM ${table}`)] as const),
      ),
    );
  }

  /** @throws Error if a password, a token or an e-mail address was logged. */
  async close(): Promise<void> {
    await this.app.close();
    const secret = SECRETS.exec(this.lines.join(''));
    if (secret) throw new Error(`The log contains "${secret[0]}", which nobody may read there.`);
  }
}

export interface Tokens {
  token: string;
  refresh_token: string;
}

export interface Person extends Tokens {
  user_id: number;
  email: string;
  password: string;
}
