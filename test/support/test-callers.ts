import type { Role } from '@app/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Record<string, string | undefined>;
  body: T;
}

export interface CallOptions {
  body?: object;
  headers?: Record<string, string>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Signs access tokens as the users service does, for a service that gets the keys from a stand-in. */
export class TestIssuer {
  private constructor(
    private readonly key: CryptoKey,
    /** The response of `users.keys`. */
    readonly jwks: { keys: object[] },
  ) {}

  static async create(): Promise<TestIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    return new TestIssuer(privateKey, { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
  }

  token({ user_id, role }: { user_id: number; role: Role }, issuedAt = new Date()): Promise<string> {
    return new SignJWT({ role })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
      .setSubject(String(user_id))
      .setIssuer('commerce-platform')
      .setAudience('commerce-api')
      .setIssuedAt(issuedAt)
      .setExpirationTime('15m')
      .sign(this.key);
  }
}

/** Sends one request to an app without a network. */
export async function callInto<T>(
  app: NestFastifyApplication,
  request: { method: Method; url: string; token: string | undefined } & CallOptions,
): Promise<Answer<T>> {
  const { method, url, token, body } = request;
  const headers = { ...request.headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const answer = await app.inject({ method, url, headers, ...(body && { payload: body }) });
  return {
    status: answer.statusCode,
    headers: answer.headers as Answer['headers'],
    body: (answer.payload === '' ? {} : JSON.parse(answer.payload)) as T,
  };
}
