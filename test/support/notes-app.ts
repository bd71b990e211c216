import { Database, DatabaseModule, type Tx } from '@app/database';
import {
  type Claim,
  Claimed,
  Idempotency,
  IDEMPOTENCY_ENTITIES,
  IDEMPOTENCY_MIGRATIONS,
  IdempotencyModule,
  Idempotent,
  KNOWN_CALLERS,
} from '@app/idempotency';
import { type Caller, Clock, DomainError, type Guest, newContext, runWithContext } from '@app/kernel';
import { type ArgumentsHost, Body, Catch, Controller, type ExceptionFilter, Module, Param, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply } from 'fastify';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { TestClock } from './test-clock.js';

class CreateNotes20261122000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE notes (reference varchar(36) NOT NULL, text varchar(50) NOT NULL)');
  }
  async down(): Promise<void> {}
}

interface Note {
  text: string;
}

/** The test's action between the claim and the transaction, and who sends the requests. */
export const script: {
  meanwhile: (claim?: Claim) => Promise<void>;
  caller: Caller | undefined;
  guest: Guest | undefined;
} = {
  meanwhile: () => Promise.resolve(),
  caller: undefined,
  guest: undefined,
};

@Controller()
class NotesController {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
  ) {}

  @Post('notes')
  @Idempotent()
  add(@Body() { text }: Note, @Claimed() claim?: Claim) {
    return this.write(text, claim);
  }

  @Post('boards/:id/notes')
  @Idempotent()
  addTo(@Param('id') id: string, @Body() { text }: Note, @Claimed() claim?: Claim) {
    return this.write(`${id} ${text}`, claim);
  }

  @Post('public')
  @Idempotent((body) => String(body['text']))
  addPublic(@Body() { text }: Note, @Claimed() claim?: Claim) {
    return this.write(text, claim);
  }

  @Post('known')
  @Idempotent(KNOWN_CALLERS)
  addKnown(@Body() { text }: Note, @Claimed() claim?: Claim) {
    return this.write(text, claim);
  }

  @Post('done')
  @Idempotent()
  done(@Claimed() claim?: Claim) {
    this.idempotency.leaveUnused(claim);
    return {};
  }

  @Post('forgetful')
  @Idempotent()
  forget() {
    return {};
  }

  @Post('unclaimed')
  addUnclaimed(@Body() { text }: Note, @Claimed() claim?: Claim) {
    return this.write(text, claim);
  }

  private async write(text: string, claim: Claim | undefined) {
    await script.meanwhile(claim);
    return this.database.transaction(async (tx: Tx) => {
      const answer = { reference: this.idempotency.reference(claim), text };
      await this.database.execute('INSERT INTO notes VALUES (?, ?)', [answer.reference, text], tx);
      await this.idempotency.commit(tx, claim, answer, script.caller?.user_id);
      return answer;
    });
  }
}

@Catch()
class Problems implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const known = error instanceof DomainError ? error : undefined;
    const code = known?.code ?? 'internal-error';
    host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .code(code === 'internal-error' ? 500 : 409)
      .send({ code, detail: known?.message, errors: known?.errors, retry_after: known?.retryAfter });
  }
}

/** Starts a small app whose routes accept an Idempotency-Key. */
export async function startNotesApp(url: string, clock: TestClock): Promise<NestFastifyApplication> {
  const migrations = [...IDEMPOTENCY_MIGRATIONS, CreateNotes20261122000101];
  @Module({
    imports: [
      DatabaseModule.forRoot({
        url,
        defaultDatabase: 'unused',
        entities: IDEMPOTENCY_ENTITIES,
        migrations,
        poolSize: 8,
      }),
      IdempotencyModule.forRoot({ fingerprintKey: 'test' }),
    ],
    controllers: [NotesController],
  })
  class NotesModule {}
  const testing = await Test.createTestingModule({ imports: [NotesModule] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  app.useGlobalFilters(new Problems());
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, _reply, done) => {
    const { caller, guest } = script;
    runWithContext({ ...newContext(), ...(caller && { caller }), ...(guest && { guest }) }, done);
  });
  await app.init();
  await fastify.ready();
  return app;
}
