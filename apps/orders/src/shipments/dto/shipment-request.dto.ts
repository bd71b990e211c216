import { MAX_LINES, MAX_PARCELS } from '@app/events';
import { EnumField, ListField, TextField } from '@app/http';
import { LinePiecesDto } from '../../orders/dto/line-pieces.dto.js';

const MAX_URL = 500;

export class ParcelDto {
  @TextField({
    min: 1,
    max: 100,
    trim: true,
    example: 'DHL',
    description: 'By its usual name, the customer gets a link to the parcel.',
  })
  carrier: string;

  @TextField({ min: 1, max: 100, trim: true, optional: true, nullable: true, example: 'JD0146' })
  tracking_number?: string | null;

  @TextField({
    min: 1,
    max: MAX_URL,
    pattern: /^https?:\/\//,
    optional: true,
    nullable: true,
    example: undefined,
    description: 'Where the customer follows the parcel; by default a page of the carrier, if it is known.',
  })
  tracking_url?: string | null;
}

const ParcelsField = (): PropertyDecorator => ListField(() => ParcelDto, { optional: true, max: MAX_PARCELS });

export class CreateShipmentDto {
  @ListField(() => LinePiecesDto, { optional: true, min: 1, max: MAX_LINES, description: 'Default all that is open.' })
  items?: LinePiecesDto[];

  @ParcelsField()
  parcels?: ParcelDto[];

  @EnumField(['prepared', 'shipped'], {
    optional: true,
    example: 'shipped',
    description: '`prepared` is packed and has not left. Default shipped.',
  })
  status?: 'prepared' | 'shipped';
}

export class UpdateShipmentDto {
  @ParcelsField()
  parcels?: ParcelDto[];

  @EnumField(['prepared', 'shipped', 'delivered', 'lost'], {
    optional: true,
    example: 'delivered',
    description: '`prepared` → `shipped` → `delivered` or `lost`. The present status again changes nothing.',
  })
  status?: 'prepared' | 'shipped' | 'delivered' | 'lost';
}
