import { Body, Controller, Delete, Get, HttpCode, Module, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { AuthModule, CachedKeySource, CurrentCaller, Public, Roles } from '@app/auth';
import {
  type AdmissionBounds,
  BooleanField,
  createHttpApp,
  EmailField,
  EnumField,
  HealthModule,
  IdField,
  IdListField,
  IdParam,
  IfMatch,
  IntegerField,
  ListField,
  Location,
  MoneyField,
  pageDto,
  PageQueryDto,
  pageRequest,
  pageResponse,
  Problems,
  RawJson,
  SortField,
  TextField,
  TimeField,
} from '@app/http';
import {
  assertVersion,
  type Caller,
  declareErrors,
  DomainError,
  type ExpectedVersions,
  formatMoney,
  notFound,
} from '@app/kernel';
import { type LimitOptions, LimitsModule } from '@app/limits';
import { createLogger, type Metrics } from '@app/telemetry';

declareErrors({ 'thing-taken': { kind: 'conflict', title: 'Another thing has this name' } });

class LineDto {
  @IdField()
  product_id: number;

  @IntegerField({ min: 1, max: 1000, example: 2 })
  quantity: number;
}

class CreateThingDto {
  @TextField({ min: 1, max: 20, trim: true, example: 'Lamp' })
  name: string;

  @MoneyField({ min: 1, max: 9_999_999_999 })
  price: number;

  @ListField(() => LineDto, { min: 1, max: 3, optional: true })
  lines?: LineDto[];

  @EmailField({ optional: true, nullable: true })
  email?: string | null;
}

class ThingDto {
  @IdField()
  thing_id: number;

  @TextField({ min: 1, max: 20, example: 'Lamp' })
  name: string;

  @MoneyField()
  price: string;

  @IntegerField({ min: 1, max: 1_000_000, example: 1 })
  version: number;
}

class ThingsQueryDto extends PageQueryDto {
  @EnumField(['open', 'closed'], { optional: true })
  status?: string;

  @TimeField({ optional: true })
  created_from?: Date;

  @BooleanField({ optional: true })
  in_stock?: boolean;

  @IdListField({ max: 3, optional: true })
  ids?: number[];

  @SortField(['name', 'price'])
  sort?: string;
}

const thing = { thing_id: 7, name: 'Lamp', price: '29.99', version: 3 };

@Controller('things')
@Public()
class ThingsController {
  @Post()
  @Location<ThingDto>((body) => `/things/${body.thing_id}`)
  @ApiCreatedResponse({ type: ThingDto })
  @Problems('thing-taken')
  create(@Body() input: CreateThingDto): unknown {
    return { ...thing, ...input, price: formatMoney(input.price, 'USD'), price_type: typeof input.price };
  }

  @Get()
  @ApiOkResponse({ type: pageDto('things', ThingDto) })
  list(@Query() query: ThingsQueryDto): unknown {
    const request = pageRequest(query, { sorts: ['name', 'price'], default: 'name' });
    const page = { items: [thing], total: 41, total_is_exact: true, next: ['Lamp', 7] };
    return { ...pageResponse('things', page, request, (row) => row), received: { ...query }, after: request.cursor };
  }

  @Get('raw')
  raw(): RawJson {
    return new RawJson(Buffer.from('{"raw":true}'), '"abc"', { 'x-cache': 'HIT' });
  }

  @Get('broken')
  broken(): never {
    throw new Error(`select failed for 'canary@example.com'`, { cause: { sql: 'SELECT secret' } });
  }

  @Get('away')
  away(): never {
    throw new DomainError('service-unavailable', 'The database is away.', { retryAfter: 2 });
  }

  @Get(':thing_id')
  @ApiOkResponse({ type: ThingDto })
  get(@IdParam('thing_id') thingId: number): unknown {
    return { ...thing, thing_id: thingId };
  }

  @Put(':thing_id')
  update(@IdParam('thing_id') thingId: number, @IfMatch() ifMatch: ExpectedVersions | undefined): unknown {
    assertVersion(3, ifMatch);
    return { ...thing, thing_id: thingId, version: 4 };
  }

  @Delete(':thing_id')
  @HttpCode(204)
  remove(@IdParam('thing_id') thingId: number): void {
    if (thingId === 404) throw notFound('thing');
  }
}

@Controller('me')
@Roles('customer')
class MeController {
  @Get()
  me(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Get('staff')
  @Roles('staff')
  staff(): { welcome: boolean } {
    return { welcome: true };
  }

  @Get('items/:item_id')
  item(@IdParam('item_id') itemId: number): { item_id: number } {
    return { item_id: itemId };
  }

  @Get('open')
  @Public()
  open(@CurrentCaller() caller: Caller | undefined): { user_id: number | null } {
    return { user_id: caller?.user_id ?? null };
  }
}

@Module({})
class EdgeModule {}

export const TOKEN_RULES = { issuer: 'test-issuer', audience: 'test-audience' };

/** A small app that shows the whole edge, with a signer for its tokens. */
export interface EdgeApp {
  app: NestFastifyApplication;
  lines: Record<string, unknown>[];
  jwks: JSONWebKeySet;
  endedAt: Map<number, number>;
  checks: { database: boolean; redis: boolean };
  sign: (claims?: Record<string, unknown>, header?: Record<string, unknown>) => Promise<string>;
  close: () => Promise<void>;
}

export async function startEdgeApp(
  options: {
    strict?: boolean;
    cors?: string;
    controllers?: (new () => object)[];
    limits?: Partial<LimitOptions>;
    trustedProxies?: string;
    admission?: AdmissionBounds;
    metrics?: Metrics;
    currency?: string;
    publicMaxAge?: number;
  } = {},
): Promise<EdgeApp> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] };
  const endedAt = new Map<number, number>();
  const checks = { database: true, redis: true };
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    service: 'edge',
    level: 'debug',
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const check = (name: keyof typeof checks) => (): Promise<void> =>
    checks[name] ? Promise.resolve() : Promise.reject(new Error('down'));
  const module = {
    module: EdgeModule,
    controllers: [ThingsController, MeController, ...(options.controllers ?? [])],
    imports: [
      LimitsModule.around(
        AuthModule.forRoot({
          ...TOKEN_RULES,
          keys: () => new CachedKeySource(() => Promise.resolve(jwks)),
          endedSessions: () => ({ notBefore: (userId) => Promise.resolve(endedAt.get(userId)) }),
        }),
        { perAddress: 100_000, perUser: 100_000, ...options.limits },
      ),
      HealthModule.forRoot({
        checks: {
          database: { check: check('database'), critical: true },
          redis: { check: check('redis'), critical: false },
        },
      }),
    ],
  };
  const { currency = 'USD' } = options;
  const app = await createHttpApp(module, {
    service: 'edge',
    logger,
    corsOrigins: options.cors ?? '',
    strictPreconditions: options.strict ?? false,
    title: 'Edge',
    currency,
    trustedProxies: options.trustedProxies ?? '',
    userHashKey: 'k'.repeat(32),
    ...(options.admission && { admission: options.admission }),
    ...(options.publicMaxAge !== undefined && { publicMaxAge: options.publicMaxAge }),
    metrics: options.metrics,
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const sign: EdgeApp['sign'] = (claims = {}, header = {}) =>
    new SignJWT({ role: 'customer', ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
      .setSubject((claims['sub'] as string | undefined) ?? '5')
      .setIssuer((claims['iss'] as string | undefined) ?? TOKEN_RULES.issuer)
      .setAudience((claims['aud'] as string | undefined) ?? TOKEN_RULES.audience)
      .setIssuedAt(claims['iat'] as number | undefined)
      .setExpirationTime((claims['exp'] as number | undefined) ?? '15m')
      .sign(privateKey);
  return { app, lines, jwks, endedAt, checks, sign, close: () => app.close() };
}
