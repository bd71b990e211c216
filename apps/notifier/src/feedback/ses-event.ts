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

/** @throws Error for what is neither a bounce nor a complaint as SES writes them; it quotes nothing of the message. */
export function readSesEvent(messageId: string, body: string): SesEvent {
  const event = plainToInstance(SesEvent, parsed(body));
  if (event instanceof SesEvent && validateSync(event, { forbidUnknownValues: true }).length === 0) return event;
  throw new Error(`The message ${messageId} is neither a bounce nor a complaint.`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
