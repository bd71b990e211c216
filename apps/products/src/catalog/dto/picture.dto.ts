import { EnumField, IdField, IntegerField, ListField, TextField } from '@app/http';

/** Longer than any picture that is taken. */
const MAX_SIDE = 40_000_000;

export const AltField = (): PropertyDecorator =>
  TextField({
    ...{ min: 0, max: 500, trim: true, example: 'A grey mouse from above' },
    description: 'For those who do not see the picture; empty if it says nothing that the name does not.',
  });

export class PictureSourceDto {
  @EnumField(['image/webp', 'image/jpeg'])
  type: string;

  @IntegerField({ min: 1, max: 2_048, example: 640, description: 'In pixels.' })
  width: number;

  @TextField({
    ...{ min: 1, max: 500, example: '/media/3f7a9c1e.webp' },
    description: 'Never changes its content. Relative to the API where the platform has no other address for images.',
  })
  url: string;
}

export class PictureDto {
  @IdField()
  image_id: number;

  @AltField()
  alt: string;

  @IntegerField({ min: 1, max: MAX_SIDE, example: 1_600, description: 'Of the whole picture, in pixels.' })
  width: number;

  @IntegerField({ min: 1, max: MAX_SIDE, example: 1_200, description: 'Of the whole picture, in pixels.' })
  height: number;

  @ListField(() => PictureSourceDto, {
    max: 8,
    description: 'The same picture as WebP and JPEG in up to four widths, for `srcset`.',
  })
  sources: PictureSourceDto[];
}
