import type { Listener } from '@app/events';
import type { ErrorMeaning } from '@app/kernel';

/**
 * What a service is to everything outside its folder: plain data, from which functions, roles, queues, routes and local
 * start are derived. A `*.manifest.ts` imports nothing but types, since infra reads it too.
 */
export interface Manifest extends Listener {
  /** Lower-case letters: of its folder, functions, queue, database, variables and log lines. */
  readonly name: string;
  /** Its place among the services, from 1: in lists, and at the end of its ports on one machine. */
  readonly number: number;
  /** Of its OpenAPI document. */
  readonly title: string;
  /** Its public paths as API Gateway writes them: `{id}` is one segment, `{proxy+}` everything below. */
  readonly routes: readonly string[];
  /** Whether it has a database of its own. */
  readonly database: boolean;
  /** Whether it publishes events, by an outbox. */
  readonly publishes: boolean;
  /** The commands it asks of other services, by service. */
  readonly asks?: Readonly<Record<string, readonly string[]>>;
  /** The commands it answers. */
  readonly answers?: readonly string[];
  /** The error codes of its own with which it refuses commands: who asks passes them on, and declares them too. */
  readonly refuses?: Readonly<Record<string, ErrorMeaning>>;
  /** What its container has besides what every service's has (docker/compose.yml). */
  readonly inContainer?: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly volumes?: readonly string[];
  };
  /** What its functions on AWS have besides what every service's have. */
  readonly onAws?: {
    /** Variables of all of them. A `${…}` in a value is CloudFormation's. */
    readonly environment?: (stage: Stage) => Readonly<Record<string, string>>;
    /** Of single functions: `http`, `rpc`, `events`, `relay`, or a further one that its lambda.ts exports. */
    readonly functions?: Readonly<Record<string, FunctionOnAws>>;
    /** Routes with throttling of their own, so that callers of the other routes cannot use it up. */
    readonly throttledApart?: readonly string[];
  };
}

export interface FunctionOnAws {
  readonly environment?: Readonly<Record<string, string>>;
  /** Secrets whose members become variables, as resources of the template. */
  readonly secrets?: readonly string[];
  /** Secrets that it reads by name. */
  readonly reads?: readonly string[];
  /** The queue that feeds a further function, as a resource of the template, and how many work on it at once. */
  readonly queue?: { readonly resource: string; readonly concurrency: number };
  readonly sendsEmail?: boolean;
  /** Whether it signs addresses under which clients put uploads into the bucket of images. */
  readonly signsUploads?: boolean;
  /** Whether it reads uploads, and writes and removes images. */
  readonly rendersImages?: boolean;
  /** Megabytes; default that of all functions. */
  readonly memory?: number;
  /** npm packages with native code, which are no part of its bundle but lie beside it. */
  readonly packages?: readonly string[];
  /**
   * A further function that stands outside the network: it reaches the internet and no database, and reads only its own
   * secrets. It answers commands of its service's other functions; its address is a setting, PSP_COMMANDS for `psp`.
   */
  readonly outside?: {
    readonly answers: readonly string[];
    /** How many of it run at once; default as many as requests are answered. */
    readonly atMost?: number;
  };
}

/** What of a stage's settings (infra/stages.yml) a manifest may use. */
export interface Stage {
  readonly mailDomain: string;
  readonly staffEmail: string;
  readonly publicMaxAge: number;
  readonly pricesIncludeTax: boolean;
  /** A duration such as `30m`. */
  readonly unpaidOrderTtl: string;
  /** Where the links in account e-mails lead. */
  readonly accountUrl: string;
  /** The shop's page where a customer pays an order. */
  readonly paymentUrl: string;
  /** Where images are shown; empty: by the API. */
  readonly mediaUrl: string;
}
