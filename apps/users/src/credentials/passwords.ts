import crypto from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hashingBusy } from './credentials.errors.js';
import { type Work, WorkGate } from './work-gate.js';

interface Cost {
  /** KiB. */
  memory: number;
  passes: number;
  parallelism: number;
}

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

/** Two hashes leave two of libuv's four threads free; the queue limits both memory and waiting time. */
const PARALLEL_HASHES = 2;
const WAITING_HASHES = 60;

/** Throws unless this runtime can hash passwords; called before the service starts. */
export function assertArgon2(runtime: { argon2?: unknown } = crypto): void {
  if (typeof runtime.argon2 !== 'function') {
    throw new Error(
      `This Node (${process.version}) has no crypto.argon2: start the users service with Node 24.7 or newer.`,
    );
  }
}

/** Hashes and checks passwords: argon2id in PHC strings, over the NFKC form, so the keyboard makes no difference. */
@Injectable()
export class Passwords {
  private readonly gate = new WorkGate({ parallel: PARALLEL_HASHES, waiting: WAITING_HASHES, refusal: hashingBusy });
  /** A dummy hash for unknown accounts, so that checking one takes the same time. */
  private readonly dummyHash = toPhc(COST, crypto.randomBytes(SALT_BYTES), crypto.randomBytes(HASH_BYTES));

  async hash(password: string, work?: Work): Promise<string> {
    const salt = crypto.randomBytes(SALT_BYTES);
    return toPhc(COST, salt, await this.derive(password, { salt, cost: COST, tagLength: HASH_BYTES }, work));
  }

  /** Always false for an unknown account (`undefined`), after the same time. */
  async verify(password: string, phc: string | undefined, work?: Work): Promise<boolean> {
    const { cost, salt, hash } = fromPhc(phc ?? this.dummyHash);
    const derived = await this.derive(password, { salt, cost, tagLength: hash.length }, work);
    return crypto.timingSafeEqual(derived, hash) && phc !== undefined;
  }

  /** Whether the hash was made with parameters other than the current ones. */
  isOutdated(phc: string): boolean {
    const { cost, hash } = fromPhc(phc);
    return (
      cost.memory !== COST.memory ||
      cost.passes !== COST.passes ||
      cost.parallelism !== COST.parallelism ||
      hash.length !== HASH_BYTES
    );
  }

  private derive(
    password: string,
    { salt, cost, tagLength }: { salt: Buffer; cost: Cost; tagLength: number },
    work?: Work,
  ): Promise<Buffer> {
    const parameters = { message: password.normalize('NFKC'), nonce: salt, tagLength, ...cost };
    return this.gate.run(
      () =>
        new Promise((resolve, reject) => {
          crypto.argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)));
        }),
      work,
    );
  }
}

function toPhc({ memory, passes, parallelism }: Cost, salt: Buffer, hash: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`;
}

function fromPhc(phc: string): { cost: Cost; salt: Buffer; hash: Buffer } {
  const [, memory, passes, parallelism, salt = '', hash = ''] = PHC.exec(phc) ?? [];
  if (memory === undefined) throw new Error('A stored password hash is not an argon2id PHC string.');
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}
