import { EnumField, IdField, IntegerField, ListField, TextField, TimeField } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { AltField, PictureSourceDto } from '../../catalog/dto/picture.dto.js';
import { IMAGE_TYPES, type ImageType, MAX_BYTES, REJECTIONS, type Rejection } from '../image-rules.js';
import { IMAGE_STATUSES, type ImageStatus } from '../image-status.js';
import type { ShownImage } from '../images.service.js';
import { MAX_IMAGES } from '../media.errors.js';
import type { AwaitedImage } from '../new-images.service.js';
import type { ProductImage } from '../product-image.entity.js';

const MAX_SIDE = 40_000_000;

export class UploadDto {
  @EnumField(['PUT'])
  method: 'PUT';

  @TextField({
    ...{
      min: 1,
      max: 4_000,
      example: 'https://bucket.s3.eu-west-1.amazonaws.com/uploads/1-0d5f6c1e?X-Amz-Signature=…',
    },
    description: 'Valid for 15 minutes, for these bytes alone. Send no token with them.',
  })
  url: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'content-type': 'image/jpeg' },
    description: 'To be sent as they are.',
  })
  headers: Record<string, string>;
}

/** What has become of an image. */
export class ImageStateDto {
  @IdField()
  image_id: number;

  @EnumField(IMAGE_STATUSES)
  status: ImageStatus;
}

export class AwaitedImageDto extends ImageStateDto {
  @ApiProperty({ type: () => UploadDto, description: 'How the bytes are sent.' })
  upload: UploadDto;
}

export class ImageResponseDto extends ImageStateDto {
  @IdField()
  product_id: number;

  @EnumField(REJECTIONS, { nullable: true, example: null, description: 'Why it was rejected.' })
  code: Rejection | null;

  @AltField()
  alt: string;

  @EnumField(IMAGE_TYPES, { description: 'As declared.' })
  content_type: ImageType;

  @IntegerField({ min: 1, max: MAX_BYTES, example: 482_133, description: 'As declared.' })
  bytes: number;

  @IntegerField({ min: 1, max: MAX_SIDE, nullable: true, example: 1_600, description: 'Once it is ready.' })
  width: number | null;

  @IntegerField({ min: 1, max: MAX_SIDE, nullable: true, example: 1_200, description: 'Once it is ready.' })
  height: number | null;

  @ListField(() => PictureSourceDto, { max: 8, description: 'Empty until it is ready.' })
  sources: PictureSourceDto[];

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;
}

export class ImageListDto {
  @ListField(() => ImageResponseDto, { max: MAX_IMAGES })
  images: ImageResponseDto[];
}

export function toImageState({ imageId, status }: ProductImage): ImageStateDto {
  return { image_id: imageId, status: visible(status) };
}

export function toAwaitedImage({ image, upload }: AwaitedImage): AwaitedImageDto {
  return { ...toImageState(image), upload };
}

export function toImageResponse(image: ShownImage): ImageResponseDto {
  return {
    ...toImageState(image),
    product_id: image.productId,
    code: image.rejection,
    alt: image.alt,
    content_type: image.contentType,
    bytes: image.bytes,
    width: image.rendered?.width ?? null,
    height: image.rendered?.height ?? null,
    sources: image.shown,
    created_at: image.createdAt.toISOString(),
    updated_at: image.updatedAt.toISOString(),
  };
}

/** Nobody finds a deleted one. */
function visible(status: ProductImage['status']): ImageStatus {
  if (status === 'deleted') throw new Error('A deleted image is shown.');
  return status;
}
