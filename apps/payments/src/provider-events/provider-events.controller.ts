import { Public } from '@app/auth';
import { Example, Problems, RawBody, RawBytes, RequestPriority, Tag } from '@app/http';
import { Unlimited } from '@app/limits';
import { Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { EventReceivedDto } from './dto/received.dto.js';
import { ProviderEventsService } from './provider-events.service.js';

const MAX_BYTES = 512_000;

const TEXT = { type: 'string', maxLength: 255 } as const;
/** As far as it is read: https://docs.stripe.com/api/events/object */
const EVENT = {
  type: 'object',
  additionalProperties: true,
  required: ['id', 'type'],
  properties: { id: TEXT, object: TEXT, type: TEXT },
};

@Tag('provider-events', 'What payment providers send when a payment changes. They prove by a signature who they are.')
@Controller('provider-events')
export class ProviderEventsController {
  constructor(private readonly events: ProviderEventsService) {}

  @Post('stripe')
  @Public()
  @HttpCode(200)
  @RawBody({ maxBytes: MAX_BYTES })
  @Unlimited()
  @RequestPriority('critical')
  @ApiOperation({
    summary: 'Receive an event of Stripe',
    description:
      'Stored before it is answered; what has changed is asked from Stripe then, not taken from the event. The signature ' +
      'covers the bytes of the body and is good for five minutes.',
  })
  @Example({ body: { id: 'evt_1Example', object: 'event', type: 'payment_intent.succeeded' } })
  @ApiHeader({
    name: 'Stripe-Signature',
    required: true,
    example: 't=1792843200,v1=0000000000000000000000000000000000000000000000000000000000000000',
    schema: { type: 'string', maxLength: 2000 },
  })
  @ApiBody({ schema: EVENT, description: 'At most 512 kB.' })
  @ApiOkResponse({ type: EventReceivedDto })
  @Problems('signature-invalid', 'event-invalid')
  async receive(
    @RawBytes() body: Buffer,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<EventReceivedDto> {
    await this.events.receive(body, signature);
    return { received: true };
  }
}
