import { DurationVariable, IntegerVariable, ApiConfig, TextVariable } from '@app/config';
import { PickType } from '@nestjs/swagger';

const ADDRESS = { pattern: /^(tcp:\/\/.+:\d+|lambda:.+)$/, hint: 'must be tcp://host:port or lambda:function-name' };

/** The environment of the products service. */
export class ProductsConfig extends ApiConfig {
  override COMMANDS_PORT: number = 3102;

  /** The SQS queue of this service. */
  @TextVariable({ pattern: /^https?:\/\//, hint: 'must be the address of an SQS queue' })
  QUEUE_URL: string;

  /**
   * How long this process also keeps answers by itself, before it asks Redis; 0 does not. A write of another process shows
   * that much later, so it is for instances that serve one request at a time (Lambda), where it pays.
   */
  @DurationVariable()
  LOCAL_CACHE_TTL: number = 0;

  /**
   * Seconds for which browsers and CDNs may keep products, lists and the public inventory for whoever sends no token; 0: they
   * ask each time. What they keep nobody can call back: it shows a change that much later.
   */
  @IntegerVariable({ min: 0, max: 3_600 })
  PUBLIC_MAX_AGE: number = 0;

  /** Where the users service answers commands. */
  @TextVariable(ADDRESS)
  USERS_COMMANDS: string;

  /** Where the orders service answers commands. */
  @TextVariable(ADDRESS)
  ORDERS_COMMANDS: string;

  /** How long reserved stock waits for its order. */
  @DurationVariable()
  RESERVATION_HOLD: number = 300_000;

  /** How often expired holds are looked for. */
  @DurationVariable()
  SWEEP_INTERVAL: number = 15_000;

  /** The bucket of images; without it nobody can add one. */
  @TextVariable({ optional: true, pattern: /^[a-z0-9][a-z0-9.-]{2,62}$/, hint: 'must be the name of a bucket' })
  MEDIA_BUCKET?: string;

  /** Where browsers send uploads to, only for an emulated bucket. */
  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an http(s) address' })
  MEDIA_ENDPOINT?: string;

  /** What the addresses of images begin with; empty: they are relative to the API. */
  @TextVariable({ pattern: /^(https?:\/\/.*[^/])?$/, hint: 'must be an http(s) address without a slash at its end' })
  MEDIA_BASE_URL: string = '';

  /** Where images are rendered, if not by this process. */
  @TextVariable({ ...ADDRESS, optional: true })
  MEDIA_COMMANDS?: string;
}

/** The environment of the function that renders images. */
export class MediaConfig extends PickType(ProductsConfig, [
  'STAGE',
  'LOG_LEVEL',
  'AWS_REGION',
  'AWS_ENDPOINT_URL',
  'MEDIA_BUCKET',
  'MEDIA_ENDPOINT',
] as const) {}
