import { BooleanField } from '@app/http';

export class EventReceivedDto {
  @BooleanField({ example: true, description: 'It is stored, and will be looked after.' })
  received: boolean;
}
