import { randomUUID } from 'node:crypto';
import { type Answer, ask } from './http.js';
import type { ProofPlatform } from './platform.js';
import { expectStatus } from './shop.js';

const PASSWORD = 'a long enough pass phrase';

/** A real login: tokens signed by the users service, which can be refreshed. */
export class Session {
  private constructor(
    private readonly platform: ProofPlatform,
    readonly userId: number,
    readonly email: string,
    public token: string,
    public refreshToken: string,
  ) {}

  static async open(platform: ProofPlatform): Promise<Session> {
    const email = `s-${randomUUID()}@example.com`;
    const { url } = platform.services.users;
    const body = { email, password: PASSWORD, full_name: 'Ann Example' };
    const { body: user } = expectStatus(201, await ask(`${url}/users`, { method: 'POST', body }));
    const answer = await ask(`${url}/auth/login`, { method: 'POST', body: { email, password: PASSWORD } });
    const { access_token, refresh_token } = expectStatus(200, answer).body;
    return new Session(platform, Number(user['user_id']), email, String(access_token), String(refresh_token));
  }

  /** Trades a refresh token without storing the new tokens. */
  trade(refreshToken = this.refreshToken): Promise<Answer> {
    const body = { refresh_token: refreshToken };
    return ask(`${this.platform.services.users.url}/auth/refresh`, { method: 'POST', body });
  }

  async refresh(): Promise<void> {
    const { access_token, refresh_token } = expectStatus(200, await this.trade()).body;
    this.token = String(access_token);
    this.refreshToken = String(refresh_token);
  }

  async changePassword(): Promise<void> {
    const body = { current_password: PASSWORD, password: `${PASSWORD}, changed` };
    const url = `${this.platform.services.users.url}/users/${this.userId}`;
    expectStatus(200, await ask(url, { method: 'PUT', token: this.token, body }));
  }

  async erase(): Promise<void> {
    const url = `${this.platform.services.users.url}/users/${this.userId}`;
    expectStatus(204, await ask(url, { method: 'DELETE', token: this.token }));
  }
}
