import { Roles } from '@app/auth';
import { Example, IdParam, Location, Problems, Tag } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import { Body, Controller, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CreateImageDto } from './dto/create-image.dto.js';
import { AwaitedImageDto, ImageListDto, toAwaitedImage, toImageResponse } from './dto/image-response.dto.js';
import { OrderImagesDto } from './dto/order-images.dto.js';
import { ImagesService } from './images.service.js';
import { NewImagesService } from './new-images.service.js';

@Tag(
  'images',
  'Pictures of products. Staff declare a picture, put its bytes to the address in the answer, and complete it. It is then ' +
    'rendered anew, without what came with it, and shown with the product, or rejected with a code.',
)
@Controller('products/:product_id/images')
export class ProductImagesController {
  constructor(
    private readonly newImages: NewImagesService,
    private readonly images: ImagesService,
  ) {}

  @Post()
  @Roles('staff')
  @Idempotent()
  @Location(({ image_id }: AwaitedImageDto) => `/images/${image_id}`)
  @ApiOperation({
    summary: 'Add a picture to a product: get the address for its bytes',
    description:
      'For staff. JPEG, PNG, WebP and AVIF up to 10 MB and 40 megapixels; at most 20 for a product. Within 24 hours a ' +
      'repetition with the same `Idempotency-Key` gets the first answer. What nobody completes is deleted after a day.',
  })
  @ApiCreatedResponse({ type: AwaitedImageDto })
  @Problems('validation-failed', 'not-found', 'too-many-images', 'media-unavailable')
  async create(
    @IdParam('product_id') productId: number,
    @Body() input: CreateImageDto,
    @Claimed() claim?: Claim,
  ): Promise<AwaitedImageDto> {
    return toAwaitedImage(await this.newImages.create(productId, input, { claim, answer: toAwaitedImage }));
  }

  @Put('order')
  @Roles('staff')
  @Example({ path: { product_id: 1 } })
  @ApiOperation({
    summary: 'Say in which order a product shows its pictures',
    description: 'For staff. The body names every image of the product once.',
  })
  @ApiOkResponse({ type: ImageListDto })
  @Problems('validation-failed', 'not-found')
  async order(@IdParam('product_id') productId: number, @Body() { image_ids }: OrderImagesDto): Promise<ImageListDto> {
    return { images: (await this.images.order(productId, image_ids)).map(toImageResponse) };
  }
}
