import { IdsField } from '@app/http';
import { MAX_IMAGES } from '../media.errors.js';

export class OrderImagesDto {
  @IdsField({
    max: MAX_IMAGES,
    example: [1],
    description: 'Every image of the product once, those that are not ready among them. The first is the main one.',
  })
  image_ids: number[];
}
