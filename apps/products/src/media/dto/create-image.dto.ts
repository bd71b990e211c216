import { EnumField, IntegerField } from '@app/http';
import { AltField } from '../../catalog/dto/picture.dto.js';
import { IMAGE_TYPES, type ImageType, MAX_BYTES } from '../image-rules.js';

export class CreateImageDto {
  @EnumField(IMAGE_TYPES, { description: 'What the bytes really are; otherwise the image is rejected.' })
  content_type: ImageType;

  @IntegerField({ min: 1, max: MAX_BYTES, example: 482_133, description: 'How many there are; at most 10 MB.' })
  bytes: number;

  @AltField()
  alt: string;
}
