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

/** Our e-mails have one recipient; SES allows 50. */
const MAX_RECIPIENTS = 50;

class Recipient {
  @IsString()
  @MaxLength(320)
  emailAddress: string;
}

class Bounce {
  @IsString()
  bounceType: string;

  @IsArray()
  @ArrayMaxSize(MAX_RECIPIENTS)
  @ValidateNested({ each: true })
  @Type(() => Recipient)
  bouncedRecipients: Recipient[];
}

class Complaint {
  @IsArray()
  @ArrayMaxSize(MAX_RECIPIENTS)
  @ValidateNested({ each: true })
  @Type(() => Recipient)
  complainedRecipients: Recipient[];
}

/** An event that SES publishes about an e-mail, with only the fields that are used here. */
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

/** SES sends this text, or an event of type `VALIDATION_EVENT`, when its topic is configured. */
const VALIDATION_TEXT = /^\s*Successfully validated SNS topic for Amazon SES event publishing\.?\s*$/;
const VALIDATION_EVENT = 'AmazonSnsSubscriptionSucceeded';

/**
 * Reads a message of SES's topic, also if SNS has wrapped it (a subscription without raw delivery). Returns
 * `topic-validation` for the message with which SES validates the topic.
 *
 * @throws Error for anything but a bounce or complaint in SES's format; it quotes nothing of the message.
 */
export function readSesEvent(messageId: string, body: string): SesEvent | 'topic-validation' {
  const text = unwrapped(body);
  if (VALIDATION_TEXT.test(text)) return 'topic-validation';
  const given = parsed(text);
  // Notifications set up for an identity instead of a configuration set use `notificationType`.
  const eventType = isObject(given) ? (given['eventType'] ?? given['notificationType']) : undefined;
  if (eventType === VALIDATION_EVENT) return 'topic-validation';
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
