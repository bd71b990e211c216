import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
  validateSync,
} from 'class-validator';

/** An e-mail of ours has one recipient; SES itself allows fifty. */
const MOST_RECIPIENTS = 50;

class Recipient {
  @IsString()
  @MaxLength(320)
  emailAddress: string;
}

class Bounce {
  @IsString()
  bounceType: string;

  @IsArray()
  @ArrayMaxSize(MOST_RECIPIENTS)
  @ValidateNested({ each: true })
  @Type(() => Recipient)
  bouncedRecipients: Recipient[];
}

class Complaint {
  @IsArray()
  @ArrayMaxSize(MOST_RECIPIENTS)
  @ValidateNested({ each: true })
  @Type(() => Recipient)
  complainedRecipients: Recipient[];
}

/** What SES publishes about an e-mail; of its many fields, those that decide. */
export class SesEvent {
  @IsIn(['Bounce', 'Complaint'])
  eventType: 'Bounce' | 'Complaint';

  @IsOptional()
  @ValidateNested()
  @Type(() => Bounce)
  bounce?: Bounce;

  @IsOptional()
  @ValidateNested()
  @Type(() => Complaint)
  complaint?: Complaint;
}

/** What SES sends when somebody points it at a topic: a text of its own, or an event that says so. */
const TRIAL_TEXT = /^\s*Successfully validated SNS topic for Amazon SES event publishing\.?\s*$/;
const TRIAL_EVENT = 'AmazonSnsSubscriptionSucceeded';

/**
 * Reads a message of SES's topic, also where SNS has wrapped it (a subscription without raw delivery); `trial` is the one
 * with which SES tries the topic.
 *
 * @throws Error for what is neither a bounce nor a complaint as SES writes them; it quotes nothing of the message.
 */
export function readSesEvent(messageId: string, body: string): SesEvent | 'trial' {
  const text = unwrapped(body);
  if (TRIAL_TEXT.test(text)) return 'trial';
  const given = parsed(text);
  // Notifications that were set up for an identity instead of a configuration set use the other name.
  const eventType = isObject(given) ? (given['eventType'] ?? given['notificationType']) : undefined;
  if (eventType === TRIAL_EVENT) return 'trial';
  const event = plainToInstance(SesEvent, isObject(given) ? { ...given, eventType } : given);
  if (event instanceof SesEvent && validateSync(event, { forbidUnknownValues: true }).length === 0) return event;
  throw new Error(`The message ${messageId} is neither a bounce nor a complaint.`);
}

function unwrapped(body: string): string {
  const outer = parsed(body);
  if (!isObject(outer) || outer['Type'] !== 'Notification') return body;
  return typeof outer['Message'] === 'string' ? outer['Message'] : body;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
